import type { CallRecord } from '@trunkline/contracts/call-record';
import type { CallId } from '@trunkline/contracts/ids';
import { givesWay } from './apply-event.ts';

/** The newest ended calls, newest first, at most `max` of them whatever the order in which they are added. */
export class RecentCalls {
  readonly #max: number;
  readonly #newestFirst: CallRecord[] = [];
  readonly #byId = new Map<CallId, CallRecord>();

  constructor(max: number) {
    this.#max = max;
  }

  get(id: CallId): CallRecord | undefined {
    return this.#byId.get(id);
  }

  add(record: CallRecord): void {
    const known = this.#byId.get(record.id);
    if (known !== undefined && !givesWay(known, record)) return;
    if (known !== undefined) this.#newestFirst.splice(this.#newestFirst.indexOf(known), 1);
    const place = this.#placeOf(record);
    if (place >= this.#max) return;
    this.#newestFirst.splice(place, 0, record);
    this.#byId.set(record.id, record);
    const dropped = this.#newestFirst.length > this.#max ? this.#newestFirst.pop() : undefined;
    if (dropped !== undefined) this.#byId.delete(dropped.id);
  }

  values(): readonly CallRecord[] {
    return this.#newestFirst;
  }

  /** Records mostly arrive in order, so the search starts at the newest. */
  #placeOf(record: CallRecord): number {
    const place = this.#newestFirst.findIndex((other) => isNewer(record, other));
    return place === -1 ? this.#newestFirst.length : place;
  }
}

function isNewer(a: CallRecord, b: CallRecord): boolean {
  return a.ended_at !== b.ended_at ? a.ended_at > b.ended_at : a.id > b.id;
}
