import { readNumberText } from './number-text.ts';

/** Characters kept of a user part; a telephone number has at most 15 digits. */
const maxText = 128;

/**
 * The caller as people read it: the user part of a URI without its parameters and escapes, a telephone number without
 * separators, and nothing that could end a line. Null when nothing is left, or when it says that it is nobody (RFC 3323 §4.1.1.3).
 */
export function callerText(user: string | null): string | null {
  if (user === null) return null;
  const text = readNumberText(user)
    .text.replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, maxText);
  return text === '' || text.toLowerCase() === 'anonymous' ? null : text;
}
