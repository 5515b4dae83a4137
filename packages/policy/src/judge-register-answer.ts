import type { RegistrationFailure } from '@trunkline/contracts/events/trunk-state';
import { askerOf, judgeChallenge } from './judge-challenge.ts';
import type { Failure, Judgement, RegisterAnswer, Round } from './registration-answer.ts';

type Response = Extract<RegisterAnswer, { kind: 'response' }>;

const maxBriefs = 2;
const maxRedirects = 3;
/** A registrar that wants less frequent refreshes than once a day does not want us. */
const maxExpires_s = 86_400;
const maxServiceRoutes = 8;
const maxReason = 200;

/** What the answer to a REGISTER amounts to (RFC 3261 §10.2). `own_user` is the user part of our Contact. Pure. */
export function judgeRegisterAnswer(answer: RegisterAnswer, round: Round, own_user: string): Judgement {
  if (answer.kind === 'none') {
    const { cause, reason } = answer;
    return { event: 'target-failed', failure: { cause, status: null, reason, retry_after_s: null } };
  }
  const { status } = answer;
  if (status < 300) return judgeSuccess(answer, round, own_user);
  if (status < 400) return judgeRedirect(answer, round);
  if (status === 401 || status === 407) return judgeAsked(answer, round);
  if (status === 423) return judgeBrief(answer, round);
  if (isTemporary(status)) {
    const cause = status === 408 ? 'no-answer' : 'registrar-failed';
    return { event: 'target-failed', failure: failure(cause, answer) };
  }
  return { event: 'refused', failure: failure('rejected', answer) };
}

/** RFC 3261 §21.4.9, §21.5: what may be over soon, or is this one server's trouble. */
function isTemporary(status: number): boolean {
  return status === 408 || status === 480 || (status >= 500 && status < 600 && status !== 501 && status !== 505);
}

function judgeSuccess(answer: Response, round: Round, own_user: string): Judgement {
  const { contacts, expires, service_route } = answer;
  if (round.expires_s === 0) return { event: 'accepted', granted_s: 0, service_route: [] };
  // §10.2.4: the response lists every binding of the address-of-record. Some registrars behind NAT helpers list ours rewritten:
  // then the Expires header, or the shortest of what is listed, cannot be later than ours.
  const own = contacts.find(({ user }) => user === own_user);
  const listed = contacts.flatMap(({ expires: each }) => (each === null ? [] : [each]));
  const granted_s = own?.expires ?? expires ?? (own === undefined && listed.length > 0 ? Math.min(...listed) : null);
  if (granted_s === 0) {
    const reason = `${answer.status} without our binding`;
    return { event: 'refused', failure: { ...failure('rejected', answer), reason } };
  }
  return {
    event: 'accepted',
    granted_s: Math.min(granted_s ?? round.expires_s, maxExpires_s),
    service_route: service_route.slice(0, maxServiceRoutes),
  };
}

function judgeRedirect(answer: Response, round: Round): Judgement {
  const next = answer.contacts.find(({ uri }) => /^sips?:/i.test(uri));
  if (next === undefined) return { event: 'refused', failure: failure('rejected', answer) };
  if (round.redirects >= maxRedirects) {
    return { event: 'refused', failure: failure('redirected-too-often', answer) };
  }
  return { event: 'redirected', uri: next.uri };
}

function judgeAsked(answer: Response, round: Round): Judgement {
  const by = askerOf(answer.status);
  const challenge = judgeChallenge(answer.challenges, round.challenges[by]);
  if (challenge === 'unanswerable') {
    const reason = `${answer.status} with no challenge that we can answer`;
    return { event: 'refused', failure: { ...failure('credentials-refused', answer), reason } };
  }
  if (challenge === 'refused') return { event: 'refused', failure: failure('credentials-refused', answer) };
  return { event: 'challenged', by, challenge };
}

function judgeBrief(answer: Response, round: Round): Judgement {
  const { min_expires } = answer;
  if (
    min_expires === null ||
    min_expires <= round.expires_s ||
    min_expires > maxExpires_s ||
    round.briefs >= maxBriefs
  ) {
    return { event: 'refused', failure: failure('interval-refused', answer) };
  }
  return { event: 'too-brief', min_expires_s: min_expires };
}

function failure(cause: RegistrationFailure, { status, reason, retry_after }: Response): Failure {
  const text = `${status} ${reason}`.trim().slice(0, maxReason);
  return { cause, status, reason: text, retry_after_s: retry_after };
}
