import type { AccountId, CallId, TrunkId } from '@trunkline/contracts/ids';
import type { Clock } from '@trunkline/runtime/clock';
import type { Call } from './call.ts';

/** What calls are counted for. Ids are unique over all kinds. */
export type LimitKey = TrunkId | AccountId;

/** The live calls of this edge. Limits and gauges are computed from it, so there is nothing that could leak. */
export class Calls {
  readonly #calls = new Map<CallId, Call>();
  readonly #counts = new Map<LimitKey, number>();
  readonly #onChange: () => void;
  readonly max: number;
  #onEmpty: () => void = () => {};

  /** `onChange`: a call was added or removed. */
  constructor(max: number, onChange: () => void = () => {}) {
    this.max = max;
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#calls.size;
  }

  get full(): boolean {
    return this.#calls.size >= this.max;
  }

  /** Calls of the trunk or account, in both directions, whatever their phase. */
  of(key: LimitKey): number {
    return this.#counts.get(key) ?? 0;
  }

  add(call: Call): void {
    const { id, trunk, account } = call.state.facts;
    this.#calls.set(id, call);
    for (const key of [trunk, account]) this.#counts.set(key, this.of(key) + 1);
    this.#onChange();
  }

  remove(id: CallId): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    const { trunk, account } = call.state.facts;
    for (const key of [trunk, account]) {
      const left = this.of(key) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    }
    this.#onChange();
    if (this.#calls.size === 0) this.#onEmpty();
  }

  get(id: CallId): Call | undefined {
    return this.#calls.get(id);
  }

  /** Resolves when no call is left, or after `deadline_ms`. */
  empty(clock: Clock, deadline_ms: number): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = clock.after(deadline_ms, resolve);
      this.#onEmpty = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  /** A copy: calls may end while it is walked. */
  all(): readonly Call[] {
    return [...this.#calls.values()];
  }
}
