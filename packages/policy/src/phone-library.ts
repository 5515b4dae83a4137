import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';

/** What the phone library makes of a number. This file is the only one that knows the library. */
export interface PhoneNumber {
  /** `+4930123456`. */
  readonly e164: string;
  /** Without `+`. */
  readonly calling_code: string;
  /** ISO 3166-1 alpha-2; null where a calling code is shared and the number does not tell. */
  readonly country: string | null;
  /** Digits as dialled within the country, with its national prefix: `030123456`. */
  national(): string;
  /** Digits as dialled from another country, with its international prefix: `004930123456`. */
  international(from: string): string;
  /** The numbering plan has such numbers. */
  readonly valid: boolean;
}

/**
 * Reads a number as someone in `country` would dial it, or one that begins with `+`; undefined when its length is impossible.
 * Costs some microseconds.
 */
export function readPhoneNumber(text: string, country: string | null): PhoneNumber | undefined {
  const read = parsePhoneNumberFromString(text, {
    ...(country !== null && isCountry(country) ? { defaultCountry: country } : {}),
    extract: false,
  });
  if (read === undefined || !read.isPossible()) return undefined;
  return {
    e164: read.number,
    calling_code: read.countryCallingCode,
    country: read.country ?? null,
    national: () => digitsOf(read.formatNational()),
    international: (from) => {
      // The library answers nothing where a country has several international prefixes, whatever its types say.
      const dialled: string | undefined = isCountry(from) ? read.format('IDD', { fromCountry: from }) : undefined;
      return digitsOf(dialled ?? read.number);
    },
    valid: read.isValid(),
  };
}

/** The calling code of a country, without `+`; undefined when the library does not know it. */
export function callingCodeOf(country: string): string | undefined {
  return isCountry(country) ? getCountryCallingCode(country) : undefined;
}

/** Whether the library has the numbering plan of an ISO 3166-1 alpha-2 code in upper case. */
function isCountry(country: string): country is CountryCode {
  return isSupportedCountry(country);
}

function digitsOf(text: string): string {
  return text.replace(/\D+/g, '');
}
