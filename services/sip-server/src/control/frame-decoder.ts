/** Longest frame that an application may send, bytes; a SIP message with a large body is far below. */
export const MOST_FRAME_BYTES = 1_048_576;
const MOST_LENGTH_DIGITS = 7;
const HASH = 35;

export type Decoded =
  | { readonly ok: true; readonly payloads: Buffer[] }
  | { readonly ok: false; readonly reason: string };

/** Cuts `<length>#<payload>` frames out of a stream. It holds one incomplete frame and copies it once, when it is whole. */
export class FrameDecoder {
  #chunks: Buffer[] = [];
  #held = 0;
  #wanted = 0;

  get held_bytes(): number {
    return this.#held;
  }

  /** After a failure the stream is lost; the decoder must not be used again. */
  push(chunk: Buffer): Decoded {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#wanted) return { ok: true, payloads: [] };
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#held);
    const payloads: Buffer[] = [];
    let at = 0;
    this.#wanted = 0;
    while (at < bytes.length) {
      const length = readLength(bytes, at);
      if (length === 'malformed') return { ok: false, reason: 'a frame does not begin with its length' };
      if (length === 'incomplete') break;
      if (length.payload_bytes > MOST_FRAME_BYTES) return { ok: false, reason: 'a frame is too long' };
      const end = length.start + length.payload_bytes;
      if (end > bytes.length) {
        this.#wanted = end - at;
        break;
      }
      payloads.push(bytes.subarray(length.start, end));
      at = end;
    }
    const rest = bytes.subarray(at);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#held = rest.length;
    return { ok: true, payloads };
  }
}

type Length = { readonly start: number; readonly payload_bytes: number } | 'incomplete' | 'malformed';

function readLength(bytes: Buffer, from: number): Length {
  let payload_bytes = 0;
  for (let at = from; at < bytes.length; at += 1) {
    const code = bytes[at] ?? 0;
    if (code === HASH) return at === from ? 'malformed' : { start: at + 1, payload_bytes };
    if (code < 48 || code > 57 || at - from >= MOST_LENGTH_DIGITS) return 'malformed';
    payload_bytes = payload_bytes * 10 + code - 48;
  }
  return 'incomplete';
}
