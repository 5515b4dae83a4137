import { headerName } from '@trunkline/sip/header-name';
import type { Headers } from '@trunkline/sip/headers';
import { serverFields } from './server-fields.ts';

/** Fields that are ours alone; an application's are silently left out, as drachtio-server leaves them out. */
const OURS: ReadonlySet<string> = new Set([
  'via',
  'route',
  'record-route',
  'rseq',
  'content-length',
  'call-id',
  'cseq',
  'from',
  'to',
  'max-forwards',
  ...Object.values(serverFields),
]);
/** Fields in which `@localhost` stands for the address that the message leaves from. */
const LOCALIZED: ReadonlySet<string> = new Set(['from', 'to', 'contact', 'p-asserted-identity']);

/** The application's header fields as text, without those that are ours. `transport`: what the message goes over. */
export function applicationHeaders(headers: Headers, host_port: string, transport = 'udp'): string {
  let text = '';
  for (const { name, key, value } of headers) {
    if (OURS.has(key)) continue;
    const localized = LOCALIZED.has(key) ? localizeField(key, value, host_port, transport) : value;
    text += `${wireSpelling(name, key)}: ${localized}\r\n`;
  }
  return text;
}

function localizeField(key: string, value: string, host_port: string, transport: string): string {
  const localized = localize(value, host_port);
  return key === 'contact' && localized !== value ? withTransport(localized, transport) : localized;
}

/** RFC 3261 §19.1.2: without the parameter a SIP URI means UDP, and what the peer sends to our Contact would not arrive. */
function withTransport(contact: string, transport: string): string {
  if (transport === 'udp' || !/^[^<]*<?sip:/i.test(contact) || /[;?]transport=/i.test(contact)) return contact;
  const parameter = `;transport=${transport}`;
  // §20.10: without brackets the parameter would be the field's, not the URI's.
  if (!contact.includes('<')) return contact.replace(/^([^;,?\s]*)/, `<$1${parameter}>`);
  return contact.replace(/^([^<]*<[^>?]*)/, `$1${parameter}`);
}

/** `@localhost` replaced by `@host:port`; a port written behind it stays. */
export function localize(value: string, host_port: string): string {
  const at = value.indexOf('@localhost');
  if (at < 0) return value;
  const next = value.charAt(at + 10);
  if (next !== '' && /[\w.-]/.test(next)) return value;
  const host = next === ':' ? host_port.slice(0, host_port.lastIndexOf(':')) : host_port;
  return `${value.slice(0, at + 1)}${host}${localize(value.slice(at + 10), host_port)}`;
}

/** Clients write names in lower case; each part is capitalised again, but not in names that begin with `X-`. */
function wireSpelling(name: string, key: string): string {
  if (name !== key || name.startsWith('x-') || headerName(key).spelling !== key) return name;
  return name
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('-');
}

/** A body that begins so is a session description, whether or not its type is given. */
const SDP_START = 'v=0';

/** The Content-Type line to add: none when there is one or no body, `undefined` when it cannot be known. */
export function missingContentType(headers: Headers, body: Buffer): string | undefined {
  if (body.length === 0 || headers.has('content-type')) return '';
  return body.toString('latin1', 0, SDP_START.length) === SDP_START ? 'Content-Type: application/sdp\r\n' : undefined;
}

/** Head and body as one buffer; `head` goes up to and without Content-Length. */
export function withBody(head: string, body: Buffer): Buffer {
  const text = `${head}Content-Length: ${body.length}\r\n\r\n`;
  if (body.length === 0) return Buffer.from(text, 'utf8');
  const head_bytes = Buffer.byteLength(text, 'utf8');
  const bytes = Buffer.allocUnsafe(head_bytes + body.length);
  bytes.write(text, 0, 'utf8');
  body.copy(bytes, head_bytes);
  return bytes;
}
