import type { TrunkState } from '@trunkline/contracts/events/trunk-state';
import type { TrunkId } from '@trunkline/contracts/ids';

/** What edges told of registrations and gateways, the last word per trunk. As many as there are trunks. */
export class TrunkStatesView {
  readonly #byKey = new Map<string, TrunkState>();
  readonly #byTrunk = new Map<TrunkId, TrunkState>();

  put(key: string, state: TrunkState): void {
    this.#byKey.set(key, state);
    this.#byTrunk.set(state.trunk, state);
  }

  delete(key: string): TrunkState | undefined {
    const state = this.#byKey.get(key);
    if (state === undefined) return undefined;
    this.#byKey.delete(key);
    this.#byTrunk.delete(state.trunk);
    return state;
  }

  of(trunk: TrunkId): TrunkState | undefined {
    return this.#byTrunk.get(trunk);
  }
}
