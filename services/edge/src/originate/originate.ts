import type { CallRecord } from '@trunkline/contracts/call-record';
import { type Cause, causeTable } from '@trunkline/contracts/causes';
import type { Explanation } from '@trunkline/contracts/explanation';
import type { EventId } from '@trunkline/contracts/ids';
import type { OriginateReply, OriginateRequest } from '@trunkline/contracts/originate';
import type { Instant } from '@trunkline/contracts/time';
import { asInvite, type OriginatedVerdict, type WantedCall } from '@trunkline/policy/admit-originated';
import { refusedLater } from '@trunkline/policy/refused-later';
import { beginCall } from '../admission/begin-call.ts';
import { keysInTheOpen } from '../admission/media-objection.ts';
import type { ReceiveInviteParts } from '../admission/receive-invite.ts';
import { refusedRecord } from '../admission/refused-record.ts';
import { withRecord } from '../admission/with-record.ts';
import { CalledAgent } from './called-agent.ts';
import { planOriginated } from './plan-originated.ts';
import type { RememberedReplies } from './remembered-replies.ts';

export interface OriginateParts extends Omit<ReceiveInviteParts, 'admit' | 'challenges'> {
  /** Policy's `admitOriginated` on the configuration in memory. */
  readonly admit: (wanted: WantedCall, now: Instant) => OriginatedVerdict;
  readonly replies: RememberedReplies;
}

const nothingConsidered: Explanation = {
  decision: 'refused',
  cause: null,
  summary: 'The request was not looked at.',
  candidates: [],
  candidates_total: 0,
};

/** The path of one request to make a call: as that of an INVITE, decided without waiting. The same id twice makes one call. */
export function originate(parts: OriginateParts, request: OriginateRequest): OriginateReply {
  const now = parts.clock.now();
  const known = parts.replies.of(request.call, now);
  if (known !== undefined) return known;
  const reply = decide(parts, request, now);
  parts.replies.add(request.call, reply, now);
  return reply;
}

function decide(parts: OriginateParts, request: OriginateRequest, now: Instant): OriginateReply {
  const closed = parts.closed();
  if (closed !== null) return refuse(parts, request, closed, refusedLater(nothingConsidered, closed), now);
  const verdict = parts.admit(request, now);
  if (verdict.kind === 'refuse') return refuse(parts, request, verdict.cause, verdict.explanation, now);

  const { value: admission, explanation } = verdict;
  const objection = keysInTheOpen(admission.trunk, admission.trunk.transport) ?? parts.overLimit(admission, now);
  if (objection !== null) return refuse(parts, request, objection, refusedLater(explanation, objection), now);
  const { facts, agent } = planOriginated(request, admission, explanation, parts.edge, now);
  const opening = { facts, offer: null, credentials: admission.credentials };
  beginCall(parts, opening, (report) => new CalledAgent(parts.callParts.caller, agent, report));
  return { ok: true, call: request.call };
}

function refuse(
  parts: OriginateParts,
  request: OriginateRequest,
  cause: Cause,
  explanation: Explanation,
  now: Instant,
): OriginateReply {
  const { ids, edge, announce } = parts;
  const { status } = causeTable[cause];
  const refusal = { id: request.call, edge, account: request.account, cause, status, explanation };
  const asInbound = refusedRecord(
    { invite: asInvite(request), sip_call_id: '' },
    { ...refusal, started_at: now, ended_at: now },
  );
  const record: CallRecord = { ...asInbound, direction: 'outbound', agent: request.agent, source: null, ladder: [] };
  announce(withRecord('call.refused', record, ids.ulid() as EventId));
  return { ok: false, cause, message: explanation.summary };
}
