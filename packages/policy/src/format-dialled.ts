import type { Trunk } from '@trunkline/contracts/trunk';
import { isE164 } from './e164.ts';
import { keyOf, readNumberText } from './number-text.ts';
import { readPhoneNumber } from './phone-library.ts';

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
  const read = /^\+?\d+$/.test(text) ? readPhoneNumber(text, country) : undefined;
  const e164 = isE164(text) ? text : guessE164(text, country, read?.valid === true ? read.e164 : undefined);
  if (e164 === undefined) return text;
  if (style === 'e164') return keyOf(e164);
  if (style === '+e164' || country === null || read === undefined) return e164;
  return read.country === country ? read.national() : read.international(country);
}

/** A number that came without `+`: what it is in the trunk's country or, where that is unknown or says nothing, E.164 digits. */
function guessE164(text: string, country: string | null, inCountry: string | undefined): string | undefined {
  if (inCountry !== undefined) return inCountry;
  const digits = `+${text}`;
  if (!isE164(digits)) return undefined;
  return country === null || readPhoneNumber(digits, null)?.valid === true ? digits : undefined;
}
