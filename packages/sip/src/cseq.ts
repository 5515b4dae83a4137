import { malformed, type Parsed, parsed } from './parsed.ts';
import { isDigits, isToken } from './token.ts';

/** RFC 3261 §20.16. */
export interface CSeq {
  /** Below 2^31 (RFC 3261 §8.1.1.5). */
  readonly number: number;
  readonly method: string;
}

const LIMIT = 2 ** 31;

export function parseCSeq(value: string): Parsed<CSeq> {
  let end = 0;
  while (end < value.length && isDigits(value, end, end + 1)) end += 1;
  if (!isDigits(value, 0, end)) return malformed('malformed CSeq');
  const number = Number(value.slice(0, end));
  if (number >= LIMIT) return malformed('CSeq number is too large');
  const rest = value.slice(end);
  const method = rest.trim();
  if (rest === method || !isToken(method)) return malformed('malformed CSeq');
  return parsed({ number, method });
}

export function formatCSeq(cseq: CSeq): string {
  return `${cseq.number} ${cseq.method}`;
}
