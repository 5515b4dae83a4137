const zero = 48;
const plus = 43;
/** With the leading one, the most digits that a double holds exactly. */
const maxDigits = 15;
/** ITU-T E.164 §6, with the plus. */
const shortestE164 = 8;
const longestE164 = 16;

/**
 * A key of nothing but digits as a number, a one in front so that leading zeros count: `030` is 1030. Zero when it is no such key
 * or too long. Begins to read at `from`.
 */
export function numberCode(key: string, from = 0): number {
  const length = key.length - from;
  if (length < 1 || length > maxDigits) return 0;
  let code = 1;
  for (let at = from; at < key.length; at += 1) {
    const digit = key.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return 0;
    code = code * 10 + digit;
  }
  return code;
}

/** The code of the digits of a number in E.164 form, as `isE164` knows it; zero for any other text. */
export function e164Code(text: string): number {
  const isInside = text.length >= shortestE164 && text.length <= longestE164;
  return isInside && text.charCodeAt(0) === plus && text.charCodeAt(1) !== zero ? numberCode(text, 1) : 0;
}
