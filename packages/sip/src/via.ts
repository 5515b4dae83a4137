import { formatHost, parseHostPort } from './host-port.ts';
import { formatParameters, type Parameters, parseParameters, skipSpace } from './parameters.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';
import { isToken } from './token.ts';

/** One Via (RFC 3261 §20.42). */
export interface Via {
  /** `UDP`, `TCP`, `TLS`, … in upper case. */
  readonly transport: string;
  /** The sent-by host; an IPv6 address without brackets. */
  readonly host: string;
  readonly port?: number;
  /** branch, rport, received, maddr, ttl, … */
  readonly parameters: Parameters;
}

/** RFC 3261 §8.1.1.7: begins every branch of an element that follows RFC 3261. */
export const BRANCH_COOKIE = 'z9hG4bK';

/** Reads one Via; of a field with several, `Headers.list('via')` gives them one by one. */
export function parseVia(value: string): Parsed<Via> {
  const firstSlash = value.indexOf('/');
  const secondSlash = value.indexOf('/', firstSlash + 1);
  if (firstSlash < 0 || secondSlash < 0) return malformed('malformed Via');
  if (!isSip(value, firstSlash)) return malformed('malformed Via');
  if (!isVersion2(value, firstSlash + 1, secondSlash)) return malformed('Via is not SIP/2.0');
  const nameStart = skipSpace(value, secondSlash + 1);
  const nameEnd = endOfWord(value, nameStart);
  if (!isToken(value, nameStart, nameEnd)) return malformed('malformed Via');
  const semicolon = value.indexOf(';', nameEnd);
  const end = semicolon < 0 ? value.length : semicolon;
  const place = parseHostPort(withoutSpace(value.slice(nameEnd, end)));
  if (place === undefined) return malformed('malformed host or port in Via');
  const parameters = parseParameters(value, end);
  if (parameters === undefined) return malformed('malformed Via parameter');
  const transport = upperCase(value.slice(nameStart, nameEnd));
  const { host, port } = place;
  return parsed(port === undefined ? { transport, host, parameters } : { transport, host, port, parameters });
}

/** White space may stand around the colon; mostly there is one space before the host. */
function withoutSpace(text: string): string {
  const trimmed = text.trim();
  return trimmed.includes(' ') || trimmed.includes('\t') ? trimmed.replace(/[ \t]/g, '') : trimmed;
}

const upperCase = (transport: string): string => (transport === 'UDP' ? transport : transport.toUpperCase());

/**
 * What can still be read of a Via that is malformed or of another version, so that its sender can be told: sent-by and the
 * parameters that are well-formed. `undefined` when there is no sent-by.
 */
export function salvageVia(value: string): Via | undefined {
  const secondSlash = value.indexOf('/', value.indexOf('/') + 1);
  if (secondSlash < 0) return undefined;
  const nameStart = skipSpace(value, secondSlash + 1);
  const nameEnd = endOfWord(value, nameStart);
  if (!isToken(value, nameStart, nameEnd)) return undefined;
  const [sentBy = '', ...pieces] = value.slice(nameEnd).split(';');
  const place = parseHostPort(sentBy.trim());
  if (place === undefined) return undefined;
  const parameters = new Map<string, string>();
  for (const piece of pieces) for (const pair of parseParameters(`;${piece}`) ?? []) parameters.set(...pair);
  return { transport: value.slice(nameStart, nameEnd).toUpperCase(), ...place, parameters };
}

export function formatVia(via: Via): string {
  const port = via.port === undefined ? '' : `:${via.port}`;
  return `SIP/2.0/${via.transport} ${formatHost(via.host)}${port}${formatParameters(via.parameters)}`;
}

const isSip = (value: string, end: number): boolean =>
  (end === 3 && value.startsWith('SIP')) || value.slice(0, end).trim().toUpperCase() === 'SIP';

const isVersion2 = (value: string, start: number, end: number): boolean =>
  (end - start === 3 && value.startsWith('2.0', start)) || value.slice(start, end).trim() === '2.0';

function endOfWord(value: string, start: number): number {
  let at = start;
  while (at < value.length && value.charCodeAt(at) !== 32 && value.charCodeAt(at) !== 9) at += 1;
  return at;
}
