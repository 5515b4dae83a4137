const CRLF = Buffer.from('\r\n');

/** What is to be sent: a meta line, and behind a line end the SIP message. */
export interface Outgoing {
  readonly meta: string;
  readonly sip: Buffer | undefined;
  /** Of the whole frame. */
  readonly bytes: number;
  /** Of what stands behind the `#`. */
  readonly payload_bytes: number;
}

export function outgoing(meta: string, sip: Buffer | undefined): Outgoing {
  const meta_bytes = Buffer.byteLength(meta, 'utf8');
  const payload_bytes = sip === undefined ? meta_bytes : meta_bytes + 2 + sip.length;
  return { meta, sip, bytes: digits(payload_bytes) + 1 + payload_bytes, payload_bytes };
}

/** Frames of the control protocol, one behind the other: the length in bytes, `#`, and the payload. Together as long as said. */
export function encodeFrames(frames: readonly Outgoing[], bytes: number): Buffer {
  const encoded = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const { meta, sip, payload_bytes } of frames) {
    at += encoded.write(`${payload_bytes}#${meta}`, at, 'utf8');
    if (sip !== undefined) {
      at += CRLF.copy(encoded, at);
      at += sip.copy(encoded, at);
    }
  }
  return encoded;
}

/** One alone. */
export function encodeFrame(meta: string, sip: Buffer | undefined): Buffer {
  const frame = outgoing(meta, sip);
  return encodeFrames([frame], frame.bytes);
}

function digits(value: number): number {
  let count = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) count += 1;
  return count;
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
