const CRLF = Buffer.from('\r\n');

/** A frame of the control protocol: the length in bytes, `#`, the meta line, and behind a line end the SIP message. */
export function encodeFrame(meta: string, sip: Buffer | undefined): Buffer {
  const meta_bytes = Buffer.byteLength(meta, 'utf8');
  const total = sip === undefined ? meta_bytes : meta_bytes + 2 + sip.length;
  const prefix = `${total}#`;
  const bytes = Buffer.allocUnsafe(prefix.length + total);
  let at = bytes.write(prefix, 0, 'latin1');
  at += bytes.write(meta, at, 'utf8');
  if (sip !== undefined) {
    at += CRLF.copy(bytes, at);
    sip.copy(bytes, at);
  }
  return bytes;
}

/** Meta fields of a payload, and the message behind the first line end. */
export function splitPayload(payload: Buffer): {
  readonly fields: readonly string[];
  readonly sip: Buffer | undefined;
} {
  const end = payload.indexOf('\r\n', 0, 'latin1');
  const meta = payload.toString('utf8', 0, end < 0 ? payload.length : end);
  return { fields: meta.split('|'), sip: end < 0 ? undefined : payload.subarray(end + 2) };
}
