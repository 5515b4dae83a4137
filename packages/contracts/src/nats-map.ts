import type { CallEvent } from './events/call-events.ts';
import type { TrunkEvent } from './events/trunk-events.ts';
import type { AccountId, AgentId, TrunkId } from './ids.ts';

/** Stands in a subject for an id that is not known. */
const unknown = '-';

/** The one list of what exists on NATS: names, and how long each is kept. */
export const buckets = {
  trunks: 'trunks',
  agents: 'agents',
  edges: 'edges',
  tokens: 'tokens',
  registrations: 'registrations',
  bindings: 'bindings',
  usage: 'usage',
} as const;
export type BucketName = keyof typeof buckets;

export const callsStream = {
  name: 'CALLS',
  subjects: ['call.*.*.*.*'],
  /** Long enough for a consumer to be away over a week-end. */
  max_age_ms: 7 * 24 * 3_600_000,
  max_bytes: 4 * 1024 * 1024 * 1024,
  /** Within this time an event published twice is stored once. */
  duplicate_window_ms: 10 * 60_000,
} as const;

export const trunksStream = {
  name: 'TRUNKS',
  subjects: ['trunk.*.*.*.*'],
  max_age_ms: 7 * 24 * 3_600_000,
  max_bytes: 1024 * 1024 * 1024,
  duplicate_window_ms: 10 * 60_000,
} as const;

/** Key of a trunk in the buckets `trunks` and `registrations`. */
export function trunkKey(account: AccountId, trunk: TrunkId): string {
  return `${account}.${trunk}`;
}

export function agentKey(account: AccountId, agent: AgentId): string {
  return `${account}.${agent}`;
}

/** Key of who is registered with us, in the bucket `bindings`. */
export function bindingsKey(owner: { kind: 'agent' | 'trunk'; account: AccountId; id: AgentId | TrunkId }): string {
  return `${owner.kind}.${owner.account}.${owner.id}`;
}

/** `call.<account>.<trunk>.<call>.<what>` */
export function callSubject(event: CallEvent): string {
  const what = event.type.slice('call.'.length);
  return `call.${event.account ?? unknown}.${event.trunk ?? unknown}.${event.call}.${what}`;
}

/** `trunk.<account>.<trunk>.<registration|gateway>.<what>` */
export function trunkSubject(event: TrunkEvent): string {
  const what = event.type.slice('trunk.'.length);
  return `trunk.${event.account ?? unknown}.${event.trunk}.${what}`;
}
