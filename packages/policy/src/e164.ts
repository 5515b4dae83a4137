import { readPhoneNumber } from './phone-library.ts';

/** ITU-T E.164 §6: `+`, a country code and at most 15 digits in all. Says nothing about whether the number exists. */
export function isE164(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}

/** The country (ISO 3166-1 alpha-2) of a number in E.164 form; null when it has none or is no number. */
export function countryOf(number: string): string | null {
  return readPhoneNumber(number, null)?.country ?? null;
}
