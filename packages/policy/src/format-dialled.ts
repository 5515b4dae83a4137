import type { Trunk } from '@trunkline/contracts/trunk';
import { isE164 } from './e164.ts';
import { keyOf, readNumberText } from './number-text.ts';
import { callingCodeOf, type PhoneNumber, readPhoneNumber } from './phone-library.ts';
import { readDialled } from './read-dialled.ts';

export type NumberFormat = Trunk['number_format'];

/** Longest number that any network takes: 15 digits of E.164 after an international prefix. */
const maxDigits = 20;

/** Whether a carrier can be asked to call it: a telephone number, a short code or a service code. */
export function isDiallable(called: string): boolean {
  const { text } = readNumberText(called);
  return /^(?:\+[1-9]\d{1,14}|[\d*#]+)$/.test(text) && text.length <= maxDigits && /\d/.test(text);
}

/**
 * A number as a carrier wants it. What has no E.164 form (short and service codes, local forms without country) is passed as
 * it is in every style. Without country a national style falls back to `+e164`.
 */
export function formatDialled(number: string, { style, country }: NumberFormat): string {
  const { text } = readNumberText(number);
  if (isE164(text) && style !== 'national') return style === '+e164' ? text : keyOf(text);
  const e164 = text.startsWith('+') ? text : e164Of(text, country);
  if (e164 === undefined || !isE164(e164)) return text;
  if (style === 'e164') return keyOf(e164);
  const read = style === 'national' && country !== null ? readPhoneNumber(e164, null) : undefined;
  if (read === undefined || country === null) return e164;
  return isIn(country, read) ? read.national() : read.international(country);
}

/** A number that came without `+`. Where no country tells what it means, digits of the right length are taken for E.164. */
function e164Of(text: string, country: string | null): string | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  return readDialled(text, country)?.e164 ?? (country === null ? `+${text}` : undefined);
}

/** Countries that share a calling code (+1, +7, +44 …) share their national form, so the library may name another of them. */
function isIn(country: string, read: PhoneNumber): boolean {
  return read.country === country || callingCodeOf(country) === read.calling_code;
}
