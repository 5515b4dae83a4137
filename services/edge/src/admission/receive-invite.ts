import type { Cause } from '@trunkline/contracts/causes';
import { causeTable } from '@trunkline/contracts/causes';
import type { CallEvent } from '@trunkline/contracts/events/call-events';
import type { Explanation } from '@trunkline/contracts/explanation';
import type { AccountId, CallId, EdgeId, EventId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { accountOf } from '@trunkline/policy/account-of';
import type { Admission } from '@trunkline/policy/admission';
import { refusalStatus } from '@trunkline/policy/limits';
import type { ReceivedInvite } from '@trunkline/policy/received-invite';
import { refusedLater } from '@trunkline/policy/refused-later';
import type { Verdict } from '@trunkline/policy/verdict';
import type { Clock } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import type { CallParts } from '../call/call.ts';
import type { Calls } from '../call/calls.ts';
import { beginCall } from './begin-call.ts';
import type { Challenges } from './challenges.ts';
import type { IncomingInvite } from './incoming-invite.ts';
import { mediaObjection } from './media-objection.ts';
import { planCall } from './plan-call.ts';
import { refusedRecord } from './refused-record.ts';
import type { SourceConduct } from './source-conduct.ts';
import { withRecord } from './with-record.ts';

export interface ReceiveInviteParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly edge: EdgeId;
  readonly calls: Calls;
  readonly challenges: Challenges;
  /** Policy's `admit` on the configuration in memory. */
  readonly admit: (invite: ReceivedInvite, now: Instant) => Verdict<Admission>;
  /** A reason why no INVITE at all is taken now. */
  readonly closed: () => Cause | null;
  /** A limit of the trunk that one more call would break. */
  readonly overLimit: (admission: Admission, now: Instant) => Cause | null;
  /** Absent: nobody is banned. */
  readonly conduct?: SourceConduct | undefined;
  readonly announce: (event: CallEvent) => void;
  /** A call has begun; what is returned is called when it is over. */
  readonly onBegin: (call: CallId) => () => void;
  readonly callParts: Omit<CallParts, 'onTerminated' | 'announce' | 'clock' | 'ids'>;
}

const nothingConsidered: Explanation = {
  decision: 'refused',
  cause: null,
  summary: 'The INVITE was not looked at.',
  candidates: [],
  candidates_total: 0,
};

/** The path of one INVITE: decide without waiting for anything, then do. Each ends in exactly one record. */
export function receiveInvite(parts: ReceiveInviteParts, incoming: IncomingInvite): void {
  const now = parts.clock.now();
  const closed = parts.closed();
  if (closed !== null) return refuse(parts, incoming, closed, refusedLater(nothingConsidered, closed), now);

  const verdict = parts.admit(incoming.invite, now);
  if (verdict.kind === 'challenge') {
    sentence(parts, incoming, now);
    incoming.challenge(verdict.www_authenticate);
    const { status, cause, explanation } = verdict;
    parts.challenges.add(incoming.sip_call_id, () => {
      // Without a connection the source may be made up: see SourceConduct.
      const { address, transport } = incoming.invite.source;
      if (transport !== 'udp') parts.conduct?.failed(address, parts.clock.now());
      record(parts, incoming, cause, status, explanation, now);
    });
    return;
  }
  parts.challenges.answered(incoming.sip_call_id);
  if (verdict.kind === 'refuse') {
    if (verdict.cause === 'bad-credentials') parts.conduct?.failed(incoming.invite.source.address, now);
    sentence(parts, incoming, now);
    return refuse(parts, incoming, verdict.cause, verdict.explanation, now);
  }
  if (verdict.kind === 'drop') return record(parts, incoming, verdict.cause, null, verdict.explanation, now);

  const { value: admission, explanation } = verdict;
  if (admission.admitted_by.by === 'digest') parts.conduct?.proved(incoming.invite.source.address, now);
  const objection = mediaObjection(incoming.offer, admission, incoming.invite) ?? parts.overLimit(admission, now);
  if (objection !== null) {
    const status = refusalStatus(objection, admission.direction, admission.trunk.over_limit);
    return refuse(parts, incoming, objection, refusedLater(explanation, objection), now, status);
  }
  const facts = planCall(incoming, admission, explanation, { id: parts.ids.ulid() as CallId, edge: parts.edge }, now);
  const credentials = admission.direction === 'outbound' ? admission.credentials : null;
  beginCall(parts, { facts, offer: incoming.offer, credentials }, (report) => incoming.accept(report));
}

function sentence(parts: ReceiveInviteParts, incoming: IncomingInvite, now: Instant): void {
  const ban_s = parts.conduct?.sentence(incoming.invite.source.address, now);
  if (ban_s !== undefined) incoming.ban?.(ban_s);
}

function refuse(
  parts: ReceiveInviteParts,
  incoming: IncomingInvite,
  cause: Cause,
  explanation: Explanation,
  now: Instant,
  status = causeTable[cause].status,
): void {
  incoming.refuse(status, cause);
  record(parts, incoming, cause, status, explanation, now);
}

function record(
  parts: ReceiveInviteParts,
  incoming: IncomingInvite,
  cause: Cause,
  status: number | null,
  explanation: Explanation,
  started_at: Instant,
): void {
  const { ids, edge, clock, announce } = parts;
  const account: AccountId | null = accountOf(explanation);
  const refusal = { id: ids.ulid() as CallId, edge, account, cause, status, explanation, started_at };
  const refused = refusedRecord(incoming, { ...refusal, ended_at: clock.now() });
  announce(withRecord('call.refused', refused, ids.ulid() as EventId));
}
