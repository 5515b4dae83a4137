import type { SipMessage } from './message.ts';

/**
 * The message as bytes. Content-Length is always written from the body, last, whatever the headers say (RFC 3261 §20.14:
 * required on stream transports).
 */
export function formatMessage(message: SipMessage): Buffer {
  const head = formatHead(message);
  const body = message.body;
  if (body.length === 0) return Buffer.from(head, 'utf8');
  const headBytes = Buffer.byteLength(head, 'utf8');
  const bytes = Buffer.allocUnsafe(headBytes + body.length);
  bytes.write(head, 0, 'utf8');
  body.copy(bytes, headBytes);
  return bytes;
}

/** Start line and header fields, with the empty line that ends them. */
export function formatHead(message: SipMessage): string {
  let head =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`;
  for (const field of message.headers) {
    if (field.key !== 'content-length') head += `${field.name}: ${field.value}\r\n`;
  }
  return `${head}Content-Length: ${message.body.length}\r\n\r\n`;
}
