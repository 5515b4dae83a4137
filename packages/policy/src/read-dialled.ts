import { isE164 } from './e164.ts';
import { type PhoneNumber, readPhoneNumber } from './phone-library.ts';

/**
 * What digits without `+` mean to someone in `country` (null: unknown). `442079460000` is a London number written without `+`, and
 * German digits without their trunk 0, too: digits are first what they are as dialled within the country, then what they are in
 * E.164, and only then an incomplete or international form. Undefined for short codes, extensions and nonsense.
 */
export function readDialled(digits: string, country: string | null): PhoneNumber | undefined {
  const local = country === null ? undefined : validNumber(digits, country);
  if (local !== undefined && local.national() === digits) return local;
  const global = isE164(`+${digits}`) ? validNumber(`+${digits}`, null) : undefined;
  return global ?? local;
}

function validNumber(text: string, country: string | null): PhoneNumber | undefined {
  const read = readPhoneNumber(text, country);
  return read?.valid === true && isE164(read.e164) ? read : undefined;
}
