import { keyOf, readNumberText } from './number-text.ts';
import { readDialled } from './read-dialled.ts';

/** The keys that need no knowledge of countries: the number as it arrived, and with its phone-context. Costs no library call. */
export function plainKeys(called: string): readonly string[] {
  const { text, context } = readNumberText(called);
  const own = keyOf(text);
  if (own === '') return [];
  // RFC 3966 §5.1.5: a local number is complete only together with its context.
  if (context === null || text.startsWith('+') || !/^\d+$/.test(own)) return [own];
  return [keyOf(context) + own.replace(/^0/, ''), own];
}

/**
 * All keys of a number that arrived in a Request-URI, To or From user: {@link plainKeys}, then its E.164 digits as `country`
 * reads it: `030 1234`, `0049 30 1234` and `49301234` are one number in Germany. Costs some microseconds, but for numbers that
 * begin with `+`.
 */
export function lookupKeys(called: string, country: string | null): readonly string[] {
  const plain = plainKeys(called);
  const { text } = readNumberText(called);
  if (country === null || !/^\d{2,20}$/.test(text)) return plain;
  const read = readDialled(text, country);
  return read === undefined ? plain : [...new Set([...plain, keyOf(read.e164)])];
}
