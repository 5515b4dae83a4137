import type { Attempt, CallerShown, Direction, LadderStep } from '@trunkline/contracts/call-record';
import type { Cause } from '@trunkline/contracts/causes';
import type { Explanation } from '@trunkline/contracts/explanation';
import type { AccountId, AgentId, CallId, EdgeId, NumberId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { Transport } from '@trunkline/contracts/trunk';
import type { AdmittedBy } from '@trunkline/policy/admission';
import type { Routing } from '@trunkline/policy/route-set';
import type { Phase } from './call-table.ts';
import type { Deadlines } from './deadlines.ts';
import type { MediaProfile } from './media.ts';

export interface CallTarget extends Routing {
  /** Request-URI of the INVITE. */
  readonly uri: string;
  /** For people: `host:port` of the gateway, or the agent's name. */
  readonly label: string;
}

/**
 * How leg A comes to its session: its INVITE makes the offer; or it has none, and our 200 makes it (RFC 3261 §13.2.1); or it is the
 * agent of a call that we originate, which gets our offer in an INVITE.
 */
export type LegAPart = 'offers' | 'is-offered' | 'is-called';

/** What admission settled: it does not change during the call. */
export interface CallFacts {
  readonly id: CallId;
  readonly edge: EdgeId;
  readonly account: AccountId;
  readonly direction: Exclude<Direction, 'unknown'>;
  readonly trunk: TrunkId;
  readonly trunk_name: string;
  readonly number: NumberId;
  readonly agent: AgentId;
  readonly agent_name: string;
  readonly from: string;
  readonly to: string;
  /** Who the caller is said to be. */
  readonly caller?: CallerShown;
  readonly sip_call_id: string;
  /** Name of leg A's dialog at the SIP server. */
  readonly dialog_id?: string;
  /** Null when nobody sent us an INVITE: we were asked to make the call. */
  readonly source: { readonly address: string; readonly port: number; readonly transport: Transport } | null;
  readonly admitted_by: AdmittedBy;
  readonly explanation: Explanation;
  readonly targets: readonly CallTarget[];
  /** From and To of the INVITE on leg B, as URIs. */
  readonly from_uri: string;
  readonly to_uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly media: MediaProfile;
  readonly leg_a: LegAPart;
  /** Where this call's differ from those of all. */
  readonly deadlines_ms?: Partial<Deadlines>;
  readonly started_at: Instant;
}

export interface Ending {
  readonly cause: Cause;
  readonly by: 'caller' | 'callee' | 'trunkline';
}

/** An INVITE to one target, with what became of it at other addresses of the target's name before. */
export interface CallAttempt extends Attempt {
  readonly tried?: readonly Attempt[];
}

/** All that a call is, as plain data: it can be saved, and another process can go on with it. */
export interface CallState {
  readonly facts: CallFacts;
  readonly phase: Phase;
  /** The caller's offer as the relay shows it to leg B; empty until then. */
  readonly offer_b: string;
  readonly attempts: readonly CallAttempt[];
  /** Of the INVITE to the agent, in a call that we originate. */
  readonly sip_call_id_a: string | null;
  readonly sip_call_id_b: string | null;
  /** The first reason to end the call; later ones do not change it. */
  readonly ending: Ending | null;
  /** Final status that leg A got. */
  readonly status: number | null;
  readonly ringing_at: Instant | null;
  readonly answered_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly ladder: readonly LadderStep[];
}

export function newCallState(facts: CallFacts): CallState {
  return {
    facts,
    phase: 'offering',
    offer_b: '',
    attempts: [],
    sip_call_id_a: null,
    sip_call_id_b: null,
    ending: null,
    status: null,
    ringing_at: null,
    answered_at: null,
    ended_at: null,
    ladder: isCalled(facts) ? [] : [{ at: facts.started_at, from: 'caller', to: 'trunkline', text: 'INVITE' }],
  };
}

/** Is leg A the agent of a call that we originate? */
export function isCalled({ leg_a }: CallFacts): boolean {
  return leg_a === 'is-called';
}

/** Targets are tried in order, each once. */
export function targetsLeft(state: CallState): number {
  return state.facts.targets.length - state.attempts.length;
}
