import { explain, refusalSummary } from './explain.ts';
import type { ReceivedInvite } from './received-invite.ts';
import type { Step } from './verdict.ts';

/**
 * RFC 3261 §16.3 rule 3: a request with Max-Forwards 0 goes no further. The rule is for proxies; a B2BUA that does not keep it
 * lets two of them call each other for ever.
 */
export function checkHops(invite: ReceivedInvite): Step<true> {
  if (invite.max_forwards === null || invite.max_forwards > 0) return { kind: 'continue', value: true };
  const cause = 'too-many-hops';
  return { kind: 'refuse', cause, explanation: explain('refused', cause, refusalSummary(cause, invite), []) };
}
