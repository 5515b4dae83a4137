import { formatChallenge } from '@trunkline/sip/digest-challenge';
import { addBystanders } from './add-bystanders.ts';
import type { Caller } from './caller.ts';
import { explain, refusalSummary } from './explain.ts';
import { findPlainly } from './find-numbers.ts';
import type { Policy } from './policy.ts';
import type { ReceivedInvite } from './received-invite.ts';
import { strangerFindings } from './stranger-findings.ts';
import type { Rejection } from './verdict.ts';

/** RFC 3261 §22.2: asks for credentials. What is sent depends on nothing that the INVITE says. */
export function challenge(
  invite: ReceivedInvite,
  listed: Caller,
  policy: Policy,
  nonce: string,
  stale: boolean,
): Rejection {
  const { realm } = policy;
  const www_authenticate = policy.algorithms.map((algorithm) =>
    formatChallenge({ realm, nonce, algorithm, qop: 'auth', opaque: null, stale }),
  );
  const holders = [...findPlainly(invite.called, policy), ...findPlainly(invite.to, policy)];
  const { findings, total } = addBystanders(invite, listed, strangerFindings(invite, listed, holders));
  const summary = refusalSummary('source-unknown', invite, stale ? 'with an old nonce' : undefined);
  const explanation = explain('challenged', 'source-unknown', summary, findings, total);
  return { kind: 'challenge', status: 401, cause: 'source-unknown', www_authenticate, explanation };
}
