import { isIPv6 } from 'node:net';

const DOT = 46;

/** 4 or 6 for an address, 0 for anything else: what `isIP` of Node says, which costs a large regular expression each time. */
export function ipFamily(text: string): 0 | 4 | 6 {
  if (text.includes(':')) return isIPv6(text) ? 6 : 0;
  return isDottedQuad(text) ? 4 : 0;
}

/** Four numbers up to 255, written without leading zeros. */
function isDottedQuad(text: string): boolean {
  if (text.length < 7 || text.length > 15) return false;
  let dots = 0;
  let digits = 0;
  let value = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === DOT) {
      if (digits === 0) return false;
      dots += 1;
      digits = 0;
      value = 0;
      continue;
    }
    if (code < 48 || code > 57 || (digits > 0 && value === 0)) return false;
    value = value * 10 + code - 48;
    digits += 1;
    if (value > 255) return false;
  }
  return dots === 3 && digits > 0;
}
