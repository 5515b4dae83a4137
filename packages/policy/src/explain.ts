import { type Cause, causeTable } from '@trunkline/contracts/causes';
import {
  type Candidate,
  type Explanation,
  type FoundBy,
  type LeftOut,
  maxCandidatesListed,
} from '@trunkline/contracts/explanation';
import type { Caller } from './caller.ts';
import { shown } from './details.ts';
import type { Principal } from './policy.ts';
import type { ReceivedInvite } from './received-invite.ts';
import { dialledText } from './registration-of.ts';

/** One candidate and what became of it. */
export interface Finding {
  readonly principal: Principal;
  readonly found_by: readonly FoundBy[];
  /** Null when it was chosen. */
  readonly left_out: LeftOut | null;
  /** One sentence of facts; null when it was chosen. */
  readonly detail: string | null;
}

/** `total` counts candidates that are not among the findings, too. */
export function explain(
  decision: Explanation['decision'],
  cause: Cause | null,
  summary: string,
  findings: readonly Finding[],
  total: number = findings.length,
): Explanation {
  return {
    decision,
    cause,
    summary,
    candidates: findings.slice(0, maxCandidatesListed).map(candidateOf),
    candidates_total: Math.max(total, findings.length),
  };
}

/** `The called number has no agent: INVITE for +4930123456 from 203.0.113.7 over udp.` */
export function refusalSummary(cause: Cause, invite: ReceivedInvite, more?: string): string {
  const { source } = invite;
  const number = dialledText(invite);
  const what = number === '' ? 'without a number' : `for ${shown(number)}`;
  const where = `INVITE ${what} from ${source.address} over ${source.transport}`;
  return `${causeTable[cause].text}: ${where}${more === undefined ? '' : `, ${more}`}.`;
}

/** How a principal came to be considered. */
export function foundBy(caller: Caller, principal: Principal, byNumber: boolean): readonly FoundBy[] {
  const found: FoundBy[] = [];
  const matches = principal.kind === 'trunk' ? caller.trunks : caller.agents;
  if (matches.some(({ owners }) => (owners as ReadonlySet<Principal>).has(principal))) found.push('acl');
  if (caller.proven.includes(principal)) found.push(caller.is_api === true ? 'api' : 'digest');
  if (caller.registered === principal) found.push('registration');
  if (byNumber) found.push('number');
  return found;
}

function candidateOf({ principal, found_by, left_out, detail }: Finding): Candidate {
  const { kind, id, account, name } = principal;
  return { kind, id, account, name, found_by: [...found_by], chosen: left_out === null, left_out, detail };
}
