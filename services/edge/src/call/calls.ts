import type { CallId, TrunkId } from '@trunkline/contracts/ids';
import type { Clock } from '@trunkline/runtime/clock';
import type { Call } from './call.ts';

/** The live calls of this edge. Limits and gauges are computed from it, so there is nothing that could leak. */
export class Calls {
  readonly #calls = new Map<CallId, Call>();
  readonly #byTrunk = new Map<TrunkId, number>();
  readonly max: number;
  #onEmpty: () => void = () => {};

  constructor(max: number) {
    this.max = max;
  }

  get size(): number {
    return this.#calls.size;
  }

  get full(): boolean {
    return this.#calls.size >= this.max;
  }

  /** Calls of the trunk, in both directions, whatever their phase. */
  onTrunk(trunk: TrunkId): number {
    return this.#byTrunk.get(trunk) ?? 0;
  }

  add(call: Call): void {
    const { id, trunk } = call.state.facts;
    this.#calls.set(id, call);
    this.#byTrunk.set(trunk, this.onTrunk(trunk) + 1);
  }

  remove(id: CallId): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    if (this.#calls.size === 0) this.#onEmpty();
    const { trunk } = call.state.facts;
    const left = this.onTrunk(trunk) - 1;
    if (left > 0) this.#byTrunk.set(trunk, left);
    else this.#byTrunk.delete(trunk);
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
