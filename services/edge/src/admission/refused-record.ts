import type { CallRecord } from '@trunkline/contracts/call-record';
import type { Cause } from '@trunkline/contracts/causes';
import { causeTable } from '@trunkline/contracts/causes';
import type { Explanation } from '@trunkline/contracts/explanation';
import type { AccountId, AgentId, CallId, EdgeId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { noIdentity, wantsPrivacy } from '@trunkline/policy/received-identity';
import { dialledText } from '@trunkline/policy/registration-of';
import type { IncomingInvite } from './incoming-invite.ts';

/** The record of an INVITE that did not become a call. `account` is null when it cannot be ascribed to one. */
export function refusedRecord(
  incoming: Pick<IncomingInvite, 'invite' | 'sip_call_id'>,
  refusal: {
    readonly id: CallId;
    readonly edge: EdgeId;
    readonly account: AccountId | null;
    readonly cause: Cause;
    /** Null when nothing was answered. */
    readonly status: number | null;
    readonly explanation: Explanation;
    readonly started_at: Instant;
    readonly ended_at: Instant;
  },
): CallRecord {
  const { invite } = incoming;
  const { id, edge, account, cause, status, explanation, started_at, ended_at } = refusal;
  const only = (kind: 'trunk' | 'agent') => {
    const found = explanation.candidates.filter((candidate) => candidate.kind === kind);
    return found.length === 1 ? found[0] : undefined;
  };
  const trunk = only('trunk');
  const agent = only('agent');
  return {
    id,
    edge,
    account,
    direction: 'unknown',
    trunk: (trunk?.id as TrunkId | undefined) ?? null,
    trunk_name: trunk?.name ?? null,
    number: null,
    agent: (agent?.id as AgentId | undefined) ?? null,
    agent_name: agent?.name ?? null,
    from: shownCaller(invite),
    to: dialledText(invite),
    sip_call_id: incoming.sip_call_id,
    sip_call_id_b: null,
    source: invite.source,
    admitted_by: null,
    explanation,
    attempts: [],
    outcome: 'refused',
    cause,
    cause_text: causeTable[cause].text,
    status,
    ended_by: 'trunkline',
    started_at,
    ringing_at: null,
    answered_at: null,
    ended_at,
    post_dial_delay_ms: null,
    duration_ms: 0,
    media: null,
    ladder: [
      { at: started_at, from: 'caller', to: 'trunkline', text: 'INVITE' },
      ...(status === null
        ? []
        : [{ at: started_at, from: 'trunkline' as const, to: 'caller' as const, text: `${status} (INVITE)` }]),
    ],
  };
}

/** As From says; nobody was found whose word on the caller would count, and a wish for privacy is kept (RFC 3323). */
function shownCaller({ from_user, identity }: IncomingInvite['invite']): string {
  return from_user === null || wantsPrivacy(identity ?? noIdentity) ? 'anonymous' : from_user;
}
