import type { PeekedRequest } from '@trunkline/sip/peek-request';

/** Seconds: callers are told between the first and the last of these, so that they do not all come back together. */
const FIRST_RETRY_S = 3;
const RETRY_SPREAD_S = 8;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = FNV_OFFSET;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), FNV_PRIME);
  return value >>> 0;
}

/**
 * Makes 503 responses for INVITEs that nothing is kept of (RFC 3261 §8.2.7), and knows their ACKs again: by the tag on To, whose
 * beginning is this process's own. The rest of the tag is a hash, so that copies of an INVITE hear the same.
 */
export class ShedResponses {
  readonly #mark: string;
  readonly #mark_bytes: Buffer;

  /** `mark`: letters and digits that nobody else would begin a tag with. */
  constructor(mark: string) {
    this.#mark = mark;
    this.#mark_bytes = Buffer.from(`tag=${mark}`, 'latin1');
  }

  /** `top_via`: with `received` and `rport` filled in. */
  compose({ vias, from, to, call_id, cseq, via }: PeekedRequest, top_via: string): Buffer {
    const number = hash(`${call_id}\n${via.parameters.get('branch') ?? ''}`);
    let text = `SIP/2.0 503 Service Unavailable\r\nVia: ${top_via}\r\n`;
    for (let index = 1; index < vias.length; index += 1) text += `Via: ${vias[index]}\r\n`;
    text += `From: ${from}\r\nTo: ${to};tag=${this.#mark}${number.toString(16)}\r\nCall-ID: ${call_id}\r\nCSeq: ${cseq}\r\n`;
    text += `Retry-After: ${FIRST_RETRY_S + (number % RETRY_SPREAD_S)}\r\nContent-Length: 0\r\n\r\n`;
    return Buffer.from(text, 'latin1');
  }

  /** Whether this is the ACK of such a response; it means nothing to anybody. */
  isAck(bytes: Buffer): boolean {
    // A, C, K.
    return bytes[0] === 65 && bytes[1] === 67 && bytes[2] === 75 && bytes.includes(this.#mark_bytes);
  }
}
