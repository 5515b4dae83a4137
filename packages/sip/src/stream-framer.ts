import { framedLength } from './framed-length.ts';
import { DEFAULT_PARSE_LIMITS, type ParseLimits } from './parse-limits.ts';

export type Framed =
  | { readonly kind: 'message'; readonly bytes: Buffer }
  /** RFC 5626 §3.5.1: CRLF CRLF is a ping; it is answered with CRLF. */
  | { readonly kind: 'ping' }
  /** The stream cannot be read any further and is to be closed. */
  | { readonly kind: 'broken'; readonly reason: string };

const EMPTY = Buffer.alloc(0);
/** Bytes; the buffer of an incomplete message starts so and doubles. */
const LEAST_BUFFER_BYTES = 2_048;
const EMPTY_LINE = '\r\n\r\n';

/**
 * Cuts a stream into messages by Content-Length (RFC 3261 §18.3). It holds at most one message's head and body, within the
 * limits; a longer one breaks the stream. Whatever the chunks, each byte is copied a bounded number of times and searched once.
 */
export class StreamFramer {
  readonly #limits: ParseLimits;
  /** The first `#held` bytes of an incomplete message; never written again once a message was cut from it. */
  #buffer = EMPTY;
  #held = 0;
  /** Bytes of what is held in which no empty line begins. */
  #searched = 0;
  /** Bytes of the message at the front, head and body, once its head is complete. */
  #wanted = 0;
  #broken = false;

  constructor(limits: ParseLimits = DEFAULT_PARSE_LIMITS) {
    this.#limits = limits;
  }

  /** Bytes of an incomplete message that are held. */
  get held_bytes(): number {
    return this.#held;
  }

  /** Takes what was read and gives the messages that are complete by now, in order. */
  push(chunk: Buffer): Framed[] {
    if (this.#broken) return [];
    const bytes = this.#held > 0 ? this.#append(chunk) : chunk;
    if (bytes.length < this.#wanted) return [];
    const framed: Framed[] = [];
    let at = 0;
    while (at < bytes.length) {
      const next = this.#next(bytes, at, framed);
      if (next === at) break;
      at = next;
      this.#searched = 0;
      this.#wanted = 0;
    }
    this.#keep(bytes, at);
    return framed;
  }

  #append(chunk: Buffer): Buffer {
    const length = this.#held + chunk.length;
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#buffer.length, LEAST_BUFFER_BYTES));
      this.#buffer.copy(larger, 0, 0, this.#held);
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, this.#held);
    this.#held = length;
    return this.#buffer.subarray(0, length);
  }

  /** Reads one item at `at` and gives the index behind it; `at` when it is incomplete. */
  #next(bytes: Buffer, at: number, framed: Framed[]): number {
    if (bytes[at] === 13) return this.#lineEnds(bytes, at, framed);
    if (this.#wanted === 0) {
      const end = bytes.indexOf(EMPTY_LINE, at + this.#searched, 'latin1');
      const head_bytes = (end < 0 ? bytes.length : end) - at;
      if (head_bytes > this.#limits.head_bytes) return this.#break(bytes, framed, 'message head too long');
      if (end < 0) {
        this.#searched = Math.max(0, head_bytes - 3);
        return at;
      }
      const body_bytes = framedLength(bytes.toString('latin1', at, end + 2));
      // RFC 3261 §20.14: on a stream the header field must be there.
      if (body_bytes === undefined) return this.#break(bytes, framed, 'Content-Length missing or malformed');
      if (body_bytes > this.#limits.body_bytes) return this.#break(bytes, framed, 'body too long');
      this.#wanted = head_bytes + EMPTY_LINE.length + body_bytes;
    }
    const next = at + this.#wanted;
    if (next > bytes.length) return at;
    framed.push({ kind: 'message', bytes: bytes.subarray(at, next) });
    return next;
  }

  #lineEnds(bytes: Buffer, at: number, framed: Framed[]): number {
    if (bytes.length - at >= 2 && bytes[at + 1] !== 10) return this.#break(bytes, framed, 'lone CR before a message');
    if (bytes.length - at >= 4 && bytes[at + 2] === 13 && bytes[at + 3] === 10) {
      framed.push({ kind: 'ping' });
      return at + 4;
    }
    const undecided = bytes.length - at < 4 && (bytes.length - at < 3 || bytes[at + 2] === 13);
    return undecided ? at : at + 2;
  }

  #break(bytes: Buffer, framed: Framed[], reason: string): number {
    this.#broken = true;
    framed.push({ kind: 'broken', reason });
    return bytes.length;
  }

  /** The rest is copied out of what was read, so that three bytes do not keep a whole chunk alive. */
  #keep(bytes: Buffer, at: number): void {
    if (this.#broken || at >= bytes.length) {
      this.#buffer = EMPTY;
      this.#held = 0;
      return;
    }
    if (at === 0 && this.#held > 0) return;
    const rest = bytes.subarray(at);
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(rest.length, LEAST_BUFFER_BYTES));
    rest.copy(this.#buffer);
    this.#held = rest.length;
  }
}
