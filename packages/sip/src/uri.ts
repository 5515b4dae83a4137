import { formatHost, parseHostPort } from './host-port.ts';
import { formatParameters, NO_PARAMETERS, type Parameters, parseParameters } from './parameters.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

/** A SIP or SIPS URI (RFC 3261 §19.1). User, password and header parts keep their %-escapes as written. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  readonly user?: string;
  readonly password?: string;
  /** Domain name, IPv4 address, or IPv6 address without brackets. */
  readonly host: string;
  readonly port?: number;
  readonly parameters: Parameters;
  /** What follows `?`, as written. */
  readonly headers?: string;
}

/** Builds a URI from its parts; parameters given as an object, `''` for one without value. */
export function sipUri(parts: {
  readonly scheme?: 'sip' | 'sips';
  readonly user?: string | undefined;
  readonly host: string;
  readonly port?: number | undefined;
  readonly parameters?: Readonly<Record<string, string>>;
}): SipUri {
  return {
    scheme: parts.scheme ?? 'sip',
    ...(parts.user === undefined ? {} : { user: parts.user }),
    host: parts.host,
    ...(parts.port === undefined ? {} : { port: parts.port }),
    parameters: parts.parameters === undefined ? NO_PARAMETERS : new Map(Object.entries(parts.parameters)),
  };
}

/** Lower-case scheme of any URI, or `undefined` when it has none. */
export function uriScheme(text: string): string | undefined {
  const colon = text.indexOf(':');
  return colon > 0 ? text.slice(0, colon).toLowerCase() : undefined;
}

/** Reads a SIP or SIPS URI without angle brackets around it. Another scheme is malformed here: ask `uriScheme` first. */
export function parseUri(text: string): Parsed<SipUri> {
  const scheme = uriScheme(text);
  if (scheme !== 'sip' && scheme !== 'sips') return malformed('not a SIP URI');
  const start = scheme.length + 1;
  // RFC 3261 §25.1: `?`, `;` and `/` may stand in the user part, so that part ends at the first `@`.
  const at = text.indexOf('@', start);
  const hostStart = at < start ? start : at + 1;
  const question = text.indexOf('?', hostStart);
  const end = question < 0 ? text.length : question;
  const semicolon = text.indexOf(';', hostStart);
  const hostEnd = semicolon < 0 || semicolon > end ? end : semicolon;
  const place = parseHostPort(text.slice(hostStart, hostEnd));
  if (place === undefined) return malformed('malformed host or port in URI');
  const parameters = hostEnd === end ? NO_PARAMETERS : parseParameters(text.slice(hostEnd, end));
  if (parameters === undefined) return malformed('malformed URI parameter');
  const part = at < start ? undefined : readUser(text.slice(start, at));
  if (part === MALFORMED_USER) return malformed('malformed user part in URI');
  // Property by property: spreading costs more than the parsing.
  const uri: Writable<SipUri> = { scheme, host: place.host, parameters };
  if (part !== undefined) uri.user = part.user;
  if (part?.password !== undefined) uri.password = part.password;
  if (place.port !== undefined) uri.port = place.port;
  if (question >= 0) uri.headers = text.slice(question + 1);
  return parsed(uri);
}

export function formatUri(uri: SipUri): string {
  let text = `${uri.scheme}:`;
  if (uri.user !== undefined) text += uri.password === undefined ? `${uri.user}@` : `${uri.user}:${uri.password}@`;
  text += formatHost(uri.host);
  if (uri.port !== undefined) text += `:${uri.port}`;
  if (uri.parameters.size > 0) text += formatParameters(uri.parameters);
  return uri.headers === undefined ? text : `${text}?${uri.headers}`;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const MALFORMED_USER = 'malformed';
const USER_SPECIALS = "-_.!~*'()&=+$,;?/%#";

function readUser(text: string): { user: string; password?: string } | typeof MALFORMED_USER {
  const colon = text.indexOf(':');
  const user = colon < 0 ? text : text.slice(0, colon);
  if (user === '' || !isUserText(user)) return MALFORMED_USER;
  return colon < 0 ? { user } : { user, password: text.slice(colon + 1) };
}

function isUserText(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const letter = code | 32;
    if ((letter >= 97 && letter <= 122) || (code >= 48 && code <= 57)) continue;
    if (!USER_SPECIALS.includes(text.charAt(index))) return false;
  }
  return true;
}
