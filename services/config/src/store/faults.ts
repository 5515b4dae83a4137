/** No such thing in this account; the same whether it exists in another account or nowhere. */
export interface NotFound {
  readonly kind: 'not-found';
}

/** A rule about several things at once, which only the store can judge. */
export type Conflict =
  | { readonly kind: 'name-taken' }
  /** The number is on another active trunk, of whichever account. */
  | { readonly kind: 'number-taken'; readonly number: string }
  | { readonly kind: 'number-repeated'; readonly number: string }
  | { readonly kind: 'username-taken' }
  | { readonly kind: 'agent-unknown' }
  | { readonly kind: 'account-full'; readonly most: number }
  /** The thing travels whole, in one message. */
  | { readonly kind: 'too-large'; readonly most_bytes: number };

export const notFound: NotFound = { kind: 'not-found' };

/**
 * Thrown by every method of a store that cannot be reached, is not prepared yet or does not answer in time. Whether a write
 * in progress was committed is not known then.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
