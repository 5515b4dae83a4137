import { formatParameters, type Parameters, parseParameters, skipSpace } from './parameters.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';
import { isUriText } from './token.ts';

/** From, To, Contact, Route, Record-Route, Refer-To, P-Asserted-Identity … (RFC 3261 §20.10, §25.1 name-addr / addr-spec). */
export interface NameAddr {
  /** Without quotes and backslashes; absent when there is none or it is empty. */
  readonly displayName?: string;
  /** As written, any scheme; `parseUri` reads a SIP one. */
  readonly uri: string;
  /** Parameters of the header field (`tag`, `expires`, `q` …), not those of the URI. */
  readonly parameters: Parameters;
}

const QUOTE = 34;
const BACKSLASH = 92;

/** Reads one address; a list is first split with `Headers.list` or `splitList`. `*` of Contact is no address. */
export function parseNameAddr(value: string): Parsed<NameAddr> {
  const open = openingBracket(value);
  if (open === BROKEN_QUOTES) return malformed('display name does not end');
  const bare = open < 0;
  const close = bare ? endOfBareUri(value) : value.indexOf('>', open);
  if (close < 0) return malformed('angle bracket does not close');
  const uri = value.slice(bare ? skipSpace(value, 0) : open + 1, close).trim();
  if (!isUriText(uri) || uri.indexOf(':') <= 0) return malformed('malformed address');
  // RFC 3261 §20.10: a URI with a question mark MUST stand in angle brackets.
  if (bare && uri.includes('?')) return malformed('malformed address');
  const parameters = parseParameters(value, bare ? close : close + 1);
  if (parameters === undefined) return malformed('malformed address parameter');
  const displayName = bare ? '' : readDisplayName(value.slice(0, open).trim());
  return parsed(displayName === '' ? { uri, parameters } : { displayName, uri, parameters });
}

export function formatNameAddr({ displayName, uri, parameters }: NameAddr): string {
  const name = displayName === undefined ? '' : `${quoted(displayName)} `;
  return `${name}<${uri}>${formatParameters(parameters)}`;
}

/** The `tag` of a From or To value, found without reading the rest; `undefined` when there is none. */
export function tagOf(value: string): string | undefined {
  const open = openingBracket(value);
  if (open === BROKEN_QUOTES) return undefined;
  const from = open < 0 ? endOfBareUri(value) : value.indexOf('>', open) + 1;
  const parameters = value.indexOf(';', from);
  if (parameters < 0) return undefined;
  const simple = value.startsWith(';tag=', parameters) ? parameters : -1;
  if (simple >= 0) {
    const end = value.indexOf(';', simple + 5);
    return value.slice(simple + 5, end < 0 ? value.length : end).trim() || undefined;
  }
  return parseParameters(value, parameters)?.get('tag') || undefined;
}

/** A display name as a quoted string (RFC 3261 §25.1): always quoted, so that no character in it can mislead. */
function quoted(displayName: string): string {
  return `"${displayName.replace(/[\\"]/g, '\\$&')}"`;
}

function readDisplayName(text: string): string {
  if (text.charCodeAt(0) !== QUOTE) return text;
  return text.slice(1, -1).replace(/\\(.)/g, '$1');
}

const BROKEN_QUOTES = -2;

/** Index of the `<` that opens the URI, -1 when there is none; a `<` inside the quoted display name does not count. */
function openingBracket(value: string): number {
  const start = skipSpace(value, 0);
  if (value.charCodeAt(start) !== QUOTE) return value.indexOf('<', start);
  for (let index = start + 1; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code === BACKSLASH) index += 1;
    else if (code === QUOTE) return value.indexOf('<', index);
  }
  return BROKEN_QUOTES;
}

/** RFC 3261 §20.10: without angle brackets, all parameters are those of the header field. */
function endOfBareUri(value: string): number {
  const semicolon = value.indexOf(';');
  return semicolon < 0 ? value.length : semicolon;
}
