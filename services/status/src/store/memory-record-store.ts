import type { CallRecord } from '@trunkline/contracts/call-record';
import type { CallId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { givesWay } from '../view/apply-event.ts';
import { failedOutcomes, type MinuteCount, minuteOf } from '../view/lately.ts';
import type { LiveCall } from '../view/live-call.ts';
import { newestFirst } from '../view/newest-first.ts';
import { foldLive, planCommit } from './plan-commit.ts';
import {
  type CommitBatch,
  type ListQuery,
  type RecordStore,
  StoreUnavailable,
  type UnreadableEvent,
} from './record-store.ts';

/** The store of unit tests; passes `record-store-contract.ts` like the real one. `available` plays an outage. */
export class MemoryRecordStore implements RecordStore {
  available = true;
  readonly unreadable = new Map<number, UnreadableEvent>();
  readonly #records = new Map<CallId, CallRecord>();
  readonly #live = new Map<CallId, LiveCall>();
  #sequence = 0;

  async commit(batch: CommitBatch): Promise<readonly CallRecord[]> {
    this.#check();
    const plan = planCommit(batch.events);
    const fresh = [...plan.records.values()].filter((record) => !this.#records.has(record.id));
    for (const record of plan.records.values()) {
      const known = this.#records.get(record.id);
      if (known === undefined || givesWay(known, record)) this.#records.set(record.id, structuredClone(record));
    }
    for (const call of foldLive(plan, this.#live, new Set(this.#records.keys()))) this.#live.set(call.id, call);
    for (const id of plan.records.keys()) this.#live.delete(id);
    for (const event of batch.unreadable) this.unreadable.set(event.sequence, event);
    this.#sequence = batch.sequence;
    return fresh;
  }

  async remember(max_ended: number, since: Instant) {
    this.#check();
    const records = [...this.#records.values()];
    const ended = records.sort((a, b) => b.ended_at - a.ended_at || (a.id < b.id ? 1 : -1)).slice(0, max_ended);
    const lately: MinuteCount[] = [];
    for (const { trunk, ended_at, outcome } of records) {
      if (trunk === null || ended_at < since) continue;
      lately.push({ trunk, minute: minuteOf(ended_at), calls: 1, failed: failedOutcomes.includes(outcome) ? 1 : 0 });
    }
    return { live: [...this.#live.values()], ended, lately };
  }

  async list(query: ListQuery) {
    this.#check();
    return [...this.#records.values()]
      .filter((record) => matches(record, query))
      .sort(newestFirst)
      .slice(0, query.limit);
  }

  async find(id: CallId) {
    this.#check();
    return structuredClone(this.#records.get(id));
  }

  async forget(before: { readonly records: Instant; readonly live: Instant }, limit: number) {
    this.#check();
    const old = [...this.#records.values()].filter((record) => record.ended_at < before.records).slice(0, limit);
    for (const record of old) this.#records.delete(record.id);
    for (const call of this.#live.values()) if (call.updated_at < before.live) this.#live.delete(call.id);
    return old.length;
  }

  async progress() {
    this.#check();
    return this.#sequence;
  }

  async close() {}

  #check(): void {
    if (!this.available) throw new StoreUnavailable(new Error('played outage'));
  }
}

function matches(record: CallRecord, query: ListQuery): boolean {
  const owned = record.account === query.account || (query.unowned && record.account === null);
  const exact = (['trunk', 'direction', 'outcome', 'cause', 'from', 'to'] as const).every(
    (field) => query[field] === undefined || record[field] === query[field],
  );
  return owned && exact && (query.after === undefined || newestFirst(query.after, record) < 0);
}
