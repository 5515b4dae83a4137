import type { Instant } from '@trunkline/contracts/time';
import { checkNonce, makeNonce, type NonceState } from '@trunkline/sip/nonce';

/** Makes and knows the nonces of our challenges. `bound_to` is the source address. */
export interface Nonces {
  make(now: Instant, bound_to: string): string;
  check(nonce: string, now: Instant, bound_to: string): NonceState;
  /** Takes a response that proved a password. False: it was taken before. */
  spend(response: string, now: Instant): boolean;
}

/** Long enough for a user agent to ask a person for a password, short enough for an overheard response to be worth little. */
export const oldestNonce_ms = 60_000;

/** Every edge with the same secret takes the others' nonces. Keeps nothing: responses are taken as often as they come. */
export function createNonces(secret: Uint8Array): Nonces {
  return {
    make: (now, bound_to) => makeNonce(secret, now, bound_to),
    check: (nonce, now, bound_to) => checkNonce(secret, nonce, now, bound_to, oldestNonce_ms),
    spend: () => true,
  };
}
