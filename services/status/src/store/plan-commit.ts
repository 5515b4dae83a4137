import type { CallRecord } from '@trunkline/contracts/call-record';
import type { CallEvent } from '@trunkline/contracts/events/call-events';
import type { CallId } from '@trunkline/contracts/ids';
import { applyEvent, givesWay } from '../view/apply-event.ts';
import type { CallState, LiveCall } from '../view/live-call.ts';

export interface CommitPlan {
  /** By call: what ended. The first record of a call is the one that counts, save one that gives way. */
  readonly records: ReadonlyMap<CallId, CallRecord>;
  /** By call: what was told of calls that did not end within the batch. */
  readonly told: ReadonlyMap<CallId, readonly CallEvent[]>;
}

/** Sorts a batch by what it asks of the store. */
export function planCommit(events: readonly CallEvent[]): CommitPlan {
  const records = new Map<CallId, CallRecord>();
  for (const event of events) {
    if (!('record' in event)) continue;
    const known = records.get(event.call);
    if (known === undefined || givesWay(known, event.record)) records.set(event.call, event.record);
  }
  const told = new Map<CallId, CallEvent[]>();
  for (const event of events) {
    if (records.has(event.call)) continue;
    const others = told.get(event.call);
    if (others === undefined) told.set(event.call, [event]);
    else others.push(event);
  }
  return { records, told };
}

/** The live calls as they are after the batch. `stored` is what was known of them; a call that had ended stays ended. */
export function foldLive(
  plan: CommitPlan,
  stored: ReadonlyMap<CallId, LiveCall>,
  ended: ReadonlySet<CallId>,
): readonly LiveCall[] {
  const live: LiveCall[] = [];
  for (const [id, events] of plan.told) {
    if (ended.has(id)) continue;
    const known = stored.get(id);
    const start: CallState | undefined = known === undefined ? undefined : { kind: 'live', call: known };
    const state = events.reduce<CallState | undefined>(applyEvent, start);
    if (state?.kind === 'live') live.push(state.call);
  }
  return live;
}
