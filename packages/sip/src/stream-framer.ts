import { DEFAULT_PARSE_LIMITS, type ParseLimits } from './parse-limits.ts';

export type Framed =
  | { readonly kind: 'message'; readonly bytes: Buffer }
  /** RFC 5626 §3.5.1: CRLF CRLF is a ping; it is answered with CRLF. */
  | { readonly kind: 'ping' }
  /** The stream cannot be read any further and is to be closed. */
  | { readonly kind: 'broken'; readonly reason: string };

const EMPTY = Buffer.alloc(0);
const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r\n/i;

/**
 * Cuts a stream into messages by Content-Length (RFC 3261 §18.3). It holds at most one message's head and body, within the
 * limits; a longer one breaks the stream. Bytes of a message that is still incomplete are copied once, when it is complete.
 */
export class StreamFramer {
  readonly #limits: ParseLimits;
  #chunks: Buffer[] = [];
  #held = 0;
  /** Bytes needed before it is worth looking again. */
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
    if (this.#held > 0) {
      const waiting = this.#wanted > 0 ? this.#held + chunk.length < this.#wanted : !this.#endsHead(chunk);
      this.#chunks.push(chunk);
      this.#held += chunk.length;
      // A sender that trickles must not make us copy all that is held for every chunk.
      if (waiting && this.#held <= this.#limits.head_bytes + this.#limits.body_bytes) return [];
    }
    const bytes = this.#held > 0 ? Buffer.concat(this.#chunks, this.#held) : chunk;
    const framed: Framed[] = [];
    let at = 0;
    while (at < bytes.length) {
      const next = this.#next(bytes, at, framed);
      if (next === at) break;
      at = next;
    }
    this.#keep(bytes, at);
    return framed;
  }

  /** Whether an empty line ends in this chunk; it may begin in the last three bytes that are held. */
  #endsHead(chunk: Buffer): boolean {
    const last = this.#chunks.at(-1) ?? EMPTY;
    // A short chunk may hide an empty line spread over several.
    if (last.length < 3 || chunk[0] === 13 || chunk[0] === 10) return true;
    return chunk.includes('\r\n\r\n', 0, 'latin1');
  }

  /** Reads one item at `at` and gives the index behind it; `at` when it is incomplete. */
  #next(bytes: Buffer, at: number, framed: Framed[]): number {
    if (bytes[at] === 13) return this.#lineEnds(bytes, at, framed);
    const end = bytes.indexOf('\r\n\r\n', at, 'latin1');
    const head_bytes = (end < 0 ? bytes.length : end) - at;
    if (head_bytes > this.#limits.head_bytes) return this.#break(bytes, framed, 'message head too long');
    this.#wanted = 0;
    if (end < 0) return at;
    const match = CONTENT_LENGTH.exec(bytes.toString('latin1', at, end + 2));
    // RFC 3261 §20.14: on a stream the header field must be there.
    if (match === null) return this.#break(bytes, framed, 'Content-Length missing or malformed');
    const body_bytes = Number(match[1]);
    if (body_bytes > this.#limits.body_bytes) return this.#break(bytes, framed, 'body too long');
    const next = end + 4 + body_bytes;
    if (next > bytes.length) {
      this.#wanted = next - at;
      return at;
    }
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

  #keep(bytes: Buffer, at: number): void {
    const rest = at < bytes.length && !this.#broken ? bytes.subarray(at) : EMPTY;
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
  }
}
