import type { Headers } from '@trunkline/sip/headers';
import {
  formatSessionExpires,
  LEAST_SESSION_S,
  parseSessionExpires,
  type SessionExpires,
} from '@trunkline/sip/session-expires';

/** What was agreed about the refreshing of a session, RFC 4028. */
export interface SessionTerms {
  readonly interval_s: number;
  readonly refresher: 'us' | 'peer';
}

/** Whether a request asks for less than any session may last: 422 with Min-SE (RFC 4028 §8.1). */
export function sessionTooShort(request: Headers): boolean {
  const asked = read(request);
  return asked !== undefined && asked.interval_s < LEAST_SESSION_S;
}

/** Our 2xx to an INVITE or UPDATE: the terms, and the header lines to add to what the application wrote. */
export interface AnsweredTerms {
  readonly terms: SessionTerms | undefined;
  readonly lines: string;
}

const NO_TERMS: AnsweredTerms = { terms: undefined, lines: '' };

/**
 * RFC 4028 §9: the application's Session-Expires counts. Without one, a caller that asks for a session timer gets what it
 * asked for; where it names nobody, it refreshes itself, for it has said that it can.
 */
export function answerTerms(request: Headers, answer: Headers): AnsweredTerms {
  const asked = read(request);
  const able = request.list('supported').some((option) => option.toLowerCase() === 'timer');
  const own = read(answer);
  if (own !== undefined) {
    const refresher = own.refresher ?? 'uas';
    return { terms: termsOf(own.interval_s, refresher === 'uas'), lines: required(refresher, answer) };
  }
  if (asked === undefined || asked.interval_s < LEAST_SESSION_S) return NO_TERMS;
  const refresher = asked.refresher ?? (able ? 'uac' : 'uas');
  const value = formatSessionExpires({ interval_s: asked.interval_s, refresher });
  return {
    terms: termsOf(asked.interval_s, refresher === 'uas'),
    lines: `Session-Expires: ${value}\r\n${required(refresher, answer)}`,
  };
}

/** RFC 4028 §7.2: what the peer's 2xx to our INVITE or UPDATE says; without Session-Expires the session does not expire. */
export function agreedTerms(answer: Headers): SessionTerms | undefined {
  const agreed = read(answer);
  if (agreed === undefined || agreed.interval_s < LEAST_SESSION_S) return undefined;
  return termsOf(agreed.interval_s, agreed.refresher !== 'uas');
}

/** When to act, from the agreement: RFC 4028 §10: a refresh at half the interval, BYE shortly before it is over. */
export function sessionDelay_ms({ interval_s, refresher }: SessionTerms): number {
  const seconds = refresher === 'us' ? interval_s / 2 : interval_s - Math.min(32, interval_s / 3);
  return Math.round(seconds * 1_000);
}

const termsOf = (interval_s: number, us: boolean): SessionTerms => ({ interval_s, refresher: us ? 'us' : 'peer' });

/** RFC 4028 §9: when the caller refreshes, the answer requires the extension. */
function required(refresher: 'uac' | 'uas', answer: Headers): string {
  return refresher === 'uac' && !answer.has('require') ? 'Require: timer\r\n' : '';
}

function read(headers: Headers): SessionExpires | undefined {
  const value = headers.get('session-expires');
  const result = value === undefined ? undefined : parseSessionExpires(value);
  return result?.ok === true ? result.value : undefined;
}
