/** RFC 3261 §25.1: token = 1*(alphanum / "-" / "." / "!" / "%" / "*" / "_" / "+" / "`" / "'" / "~"). */
const TOKEN_CHARACTERS = "-.!%*_+`'~ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const isTokenCode = new Uint8Array(128);
for (const character of TOKEN_CHARACTERS) isTokenCode[character.charCodeAt(0)] = 1;

/** Whether `text[start, end)` is a token of at least one character. */
export function isToken(text: string, start = 0, end = text.length): boolean {
  if (end <= start) return false;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 127 || isTokenCode[code] !== 1) return false;
  }
  return true;
}

/** Whether `text[start, end)` is one to `most` decimal digits. */
export function isDigits(text: string, start: number, end: number, most = 10): boolean {
  if (end <= start || end - start > most) return false;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** Whether the text can be a URI: visible characters, without those that end one in a message. */
export function isUriText(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code <= 32 || code === 127 || code === 34 || code === 60 || code === 62) return false;
  }
  return text.length > 0;
}
