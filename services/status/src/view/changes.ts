import type { AccountId, TrunkId } from '@trunkline/contracts/ids';
import type { CallChange } from './calls-view.ts';

/** Something in the view is not what it was. Says what, not how: listeners read the view. */
export type Change =
  | { readonly kind: 'call'; readonly call: CallChange }
  | { readonly kind: 'trunk'; readonly trunk: TrunkId; readonly account: AccountId }
  /** An edge was heard. `applied`: also what it has applied, or whether it is there at all, has changed. */
  | { readonly kind: 'edges'; readonly applied: boolean }
  /** The counts of trunks have aged. */
  | { readonly kind: 'time' }
  /** Anything may have changed. */
  | { readonly kind: 'all' };

export class Changes {
  readonly #listeners = new Set<(change: Change) => void>();

  /** Answers how to leave. */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
