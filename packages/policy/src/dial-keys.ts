import { keyOf, readNumberText } from './number-text.ts';
import { readPhoneNumber } from './phone-library.ts';

/** `+` and the digits of RFC 3966's global-number: nothing to interpret. */
const global = /^\+[1-9]\d{6,14}$/;

/**
 * The keys under which a configured number is found: its own digits, and its E.164 digits when it is written in the national
 * form of `country`. National forms of a number in E.164 are not listed: `lookupKeys` turns what is dialled into E.164
 * instead, so that a million numbers need a million keys. Two numbers that share a key are the same number.
 */
export function dialKeys(number: string, country: string | null): readonly string[] {
  const { text } = readNumberText(number);
  const own = keyOf(text);
  if (own === '') return [];
  // An optional trunk zero, `+49 (0)30 …`, is for the library to drop.
  const plain = global.test(text) && !number.includes('(0)');
  if (plain || country === null || !/^\+?\d+$/.test(text)) return [own];
  const e164 = readPhoneNumber(text, country)?.e164;
  return e164 === undefined || keyOf(e164) === own ? [own] : [own, keyOf(e164)];
}
