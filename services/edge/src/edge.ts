import type { Cause } from '@trunkline/contracts/causes';
import type { CallEvent } from '@trunkline/contracts/events/call-events';
import type { EdgeId } from '@trunkline/contracts/ids';
import { callSubject } from '@trunkline/contracts/nats-map';
import type { Instant } from '@trunkline/contracts/time';
import { type Limits, unlimited } from '@trunkline/policy/limits';
import type { Policy } from '@trunkline/policy/policy';
import type { Clock } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import type { Logger } from '@trunkline/runtime/logger';
import type { OutboxEvent } from '@trunkline/runtime/outbox';
import { Challenges } from './admission/challenges.ts';
import type { IncomingInvite } from './admission/incoming-invite.ts';
import { Limiter, noOthers, type OthersUsage, type OwnUsage } from './admission/limiter.ts';
import { type ReceiveInviteParts, receiveInvite } from './admission/receive-invite.ts';
import type { SourceConduct } from './admission/source-conduct.ts';
import { Calls } from './call/calls.ts';
import type { Deadlines } from './call/deadlines.ts';
import type { Caller } from './call/legs.ts';
import type { MediaRelay } from './call/media.ts';
import type { EdgeMetrics } from './edge-metrics.ts';
import type { Asked } from './originate/answer-requests.ts';
import { type OriginateParts, originate } from './originate/originate.ts';
import { RememberedReplies } from './originate/remembered-replies.ts';

export interface EdgeParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly metrics: EdgeMetrics;
  readonly policy: Policy;
  /** True once every trunk and agent is loaded. */
  readonly policyReady: () => boolean;
  readonly caller: Caller;
  readonly relay: MediaRelay;
  /** Takes an event on its way to NATS; never waits. `terminal`: it carries a record, which must not be lost. */
  readonly publish: (event: OutboxEvent, terminal: boolean) => void;
  readonly admit: ReceiveInviteParts['admit'];
  /** Absent: nobody is banned. */
  readonly conduct?: SourceConduct;
  /** Absent: this edge is the only one. */
  readonly others?: OthersUsage;
  readonly admitOriginated: OriginateParts['admit'];
  readonly onBegin: ReceiveInviteParts['onBegin'];
  readonly settings: {
    readonly edge: EdgeId;
    readonly max_calls: number;
    /** Of each account, over all its trunks; absent: none. */
    readonly account_limits?: Limits;
    readonly challenge_ms: number;
    readonly deadlines_ms: Deadlines;
  };
}

/** Challenges awaiting their answer; the oldest gives way. */
const maxChallenges = 10_000;

export interface Edge extends Asked {
  readonly calls: Calls;
  readonly challenges: Challenges;
  readonly draining: boolean;
  /** What counts against limits, for the other edges. */
  usage(now: Instant): OwnUsage;
  onInvite(incoming: IncomingInvite): void;
  isKnownSource(address: string): boolean;
  /** The SIP server is gone, and every dialog with it. */
  onSignallingLost(): void;
  /** No new calls from now on. */
  drain(): void;
  /** Ends every call. */
  hangUpAll(cause: Cause): void;
}

export function createEdge(parts: EdgeParts): Edge {
  const { clock, ids, logger, metrics, policy, caller, relay, settings } = parts;
  const calls = new Calls(settings.max_calls, () => limiter.changed());
  const limiter: Limiter = new Limiter(calls, settings.account_limits ?? unlimited, parts.others ?? noOthers);
  const challenges = new Challenges(clock, { deadline_ms: settings.challenge_ms, max: maxChallenges });
  const replies = new RememberedReplies();
  let draining = false;

  const announce = (event: CallEvent): void => {
    const terminal = event.type === 'call.ended' || event.type === 'call.refused';
    if (terminal) {
      metrics.ended(event.record);
      const { id, outcome, cause, direction, trunk, duration_ms, status } = event.record;
      logger.info('A call is over', { call: id, outcome, cause, direction, trunk, duration_ms, status });
    }
    parts.publish({ subject: callSubject(event), payload: JSON.stringify(event), msg_id: event.id }, terminal);
  };
  const closed = (): Cause | null => {
    if (draining) return 'draining';
    if (!parts.policyReady()) return 'policy-not-ready';
    return calls.full ? 'overloaded' : null;
  };
  const receiveParts: ReceiveInviteParts = {
    clock,
    ids,
    edge: settings.edge,
    calls,
    challenges,
    admit: parts.admit,
    closed,
    overLimit: (admission, now) => limiter.admit(admission, now),
    conduct: parts.conduct,
    announce,
    onBegin: parts.onBegin,
    callParts: {
      logger,
      caller,
      relay,
      deadlines_ms: settings.deadlines_ms,
      onImpossible: metrics.impossible,
    },
  };
  return {
    calls,
    challenges,
    get draining() {
      return draining;
    },
    usage: (now) => limiter.usage(now),
    onInvite: (incoming) => receiveInvite(receiveParts, incoming),
    originate: (request) => originate({ ...receiveParts, admit: parts.admitOriginated, replies }, request),
    hangUp: (id) => calls.get(id)?.hangUp('hung-up-by-operator') ?? false,
    isKnownSource: (address) => policy.trunksBySource(address).length > 0 || policy.agentsBySource(address).length > 0,
    onSignallingLost: () => {
      for (const call of calls.all()) call.signallingLost();
    },
    drain: () => {
      draining = true;
    },
    hangUpAll: (cause) => {
      for (const call of calls.all()) call.hangUp(cause);
    },
  };
}
