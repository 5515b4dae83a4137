import { formatParameters, parseParameters } from './parameters.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';
import { isDigits } from './token.ts';

/** RFC 4028 §4. */
export interface SessionExpires {
  readonly interval_s: number;
  /** Who has to refresh: the sender of the request that this belongs to, or its receiver. */
  readonly refresher?: 'uac' | 'uas';
}

/** RFC 4028 §4: no session interval may be shorter. */
export const LEAST_SESSION_S = 90;

export function parseSessionExpires(value: string): Parsed<SessionExpires> {
  const semicolon = value.indexOf(';');
  const number = (semicolon < 0 ? value : value.slice(0, semicolon)).trim();
  if (!isDigits(number, 0, number.length, 9)) return malformed('malformed Session-Expires');
  const parameters = semicolon < 0 ? new Map<string, string>() : parseParameters(value, semicolon);
  if (parameters === undefined) return malformed('malformed Session-Expires');
  const refresher = parameters.get('refresher')?.toLowerCase();
  const interval_s = Number(number);
  return parsed(refresher === 'uac' || refresher === 'uas' ? { interval_s, refresher } : { interval_s });
}

export function formatSessionExpires({ interval_s, refresher }: SessionExpires): string {
  return `${interval_s}${refresher === undefined ? '' : formatParameters(new Map([['refresher', refresher]]))}`;
}
