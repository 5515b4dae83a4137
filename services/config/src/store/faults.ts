import type { TrunkId } from '@trunkline/contracts/ids';

/** No such thing in this account; the same whether it exists in another account or nowhere. */
export interface NotFound {
  readonly kind: 'not-found';
}

/** The other trunk of a conflict; null when it is another account's, of which nothing is told. */
export type Holder = { readonly trunk: TrunkId; readonly name: string } | null;

/** A rule about several things at once, which only the store can judge. */
export type Conflict =
  | { readonly kind: 'name-taken' }
  /** The number is on another active trunk. */
  | { readonly kind: 'number-taken'; readonly number: string; readonly holder: Holder }
  | { readonly kind: 'number-repeated'; readonly number: string }
  /** The same extension is reached from the same addresses on another active trunk: no call could tell which is meant. */
  | { readonly kind: 'overlap'; readonly number: string; readonly cidr: string; readonly holder: Holder }
  /** Another active trunk is registered as the same user at the same place; `place` is null where the place is we. */
  | {
      readonly kind: 'identity-taken';
      readonly username: string;
      readonly place: string | null;
      readonly holder: Holder;
    }
  | { readonly kind: 'username-taken' }
  | { readonly kind: 'agent-unknown' }
  | { readonly kind: 'account-full'; readonly most: number }
  /** Without it nobody could manage the account's tokens. */
  | { readonly kind: 'last-owner' }
  /** The thing travels whole, in one message. */
  | { readonly kind: 'too-large'; readonly most_bytes: number }
  /** Another request under the same Idempotency-Key was done meanwhile. */
  | { readonly kind: 'done-already' };

export const notFound: NotFound = { kind: 'not-found' };

/**
 * Thrown by every method of a store that cannot be reached, is not prepared yet or does not answer in time. Whether a write
 * in progress was committed is not known then.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
