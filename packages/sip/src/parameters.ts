import { isToken } from './token.ts';

/**
 * `;name=value` parameters in order, names in lower case. A parameter without value has the value `''`; quoted values keep
 * their quotes.
 */
export type Parameters = ReadonlyMap<string, string>;

export const NO_PARAMETERS: Parameters = new Map();

const SEMICOLON = 59;
const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Reads `;a=b;c` from `start` to the end of `text`; `undefined` when it is malformed (RFC 3261 §25.1 generic-param: the name
 * is a token). Of a name that comes twice the first counts.
 */
export function parseParameters(text: string, start = 0): Parameters | undefined {
  let at = skipSpace(text, start);
  if (at >= text.length) return NO_PARAMETERS;
  const parameters = new Map<string, string>();
  while (at < text.length) {
    if (text.charCodeAt(at) !== SEMICOLON) return undefined;
    const end = endOfParameter(text, at + 1);
    const pair = text.slice(at + 1, end);
    const equals = pair.indexOf('=');
    const name = (equals < 0 ? pair : pair.slice(0, equals)).trim();
    const value = equals < 0 ? '' : pair.slice(equals + 1).trim();
    if (!isToken(name)) return undefined;
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, value);
    at = end;
  }
  return parameters;
}

export function formatParameters(parameters: Parameters): string {
  let text = '';
  for (const [name, value] of parameters) text += value === '' ? `;${name}` : `;${name}=${value}`;
  return text;
}

/** Index of the next `;` outside a quoted string, or the end of the text. */
function endOfParameter(text: string, start: number): number {
  let quoted = false;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) quoted = !quoted;
    else if (quoted && code === BACKSLASH) index += 1;
    else if (!quoted && code === SEMICOLON) return index;
  }
  return text.length;
}

export function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at += 1;
  return at;
}
