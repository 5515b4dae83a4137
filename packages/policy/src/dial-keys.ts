import { isE164 } from './e164.ts';
import { keyOf, readNumberText } from './number-text.ts';
import { readPhoneNumber } from './phone-library.ts';
import { readDialled } from './read-dialled.ts';

/**
 * The keys under which a configured number is found: its own digits, and its E.164 digits when it is written in the national
 * form of `country`. National forms of a number in E.164 are not listed: `lookupKeys` turns what is dialled into E.164
 * instead, so that a million numbers need a million keys. Two numbers that share a key are the same number.
 */
export function dialKeys(number: string, country: string | null): readonly string[] {
  const { text } = readNumberText(number);
  const own = keyOf(text);
  if (own === '') return [];
  if (isE164(text) && !number.includes('(0)')) return [own];
  if (country === null || !/^\+?\d+$/.test(text)) return [own];
  // An optional trunk zero, `+49 (0)30 …`, is for the library to drop.
  const read = text.startsWith('+') ? readPhoneNumber(text, country) : readDialled(text, country);
  return read === undefined || keyOf(read.e164) === own ? [own] : [own, keyOf(read.e164)];
}
