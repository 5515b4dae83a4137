import type { Cause } from '@trunkline/contracts/causes';
import type { Explanation } from '@trunkline/contracts/explanation';

/** Accepted with a value, not accepted, or — between two steps — accepted so far. */
export type Accept<T> = { readonly kind: 'accept'; readonly value: T; readonly explanation: Explanation };

/** Every way in which an INVITE is not admitted. `causeTable[cause]` has the status and the Reason of a refusal. */
export type Rejection =
  | {
      readonly kind: 'challenge';
      readonly status: 401;
      readonly cause: Cause;
      /** One WWW-Authenticate header each, in order of preference (RFC 8760 §2.4). */
      readonly www_authenticate: readonly string[];
      readonly explanation: Explanation;
    }
  | { readonly kind: 'refuse'; readonly cause: Cause; readonly explanation: Explanation }
  /** Answer nothing at all. */
  | { readonly kind: 'drop'; readonly cause: Cause; readonly explanation: Explanation };

/** What admission decided. Data only: nothing has been sent yet. */
export type Verdict<T> = Accept<T> | Rejection;

/** What one step of admission decided. A step that lets the INVITE go on has nothing to explain yet. */
export type Step<T> = { readonly kind: 'continue'; readonly value: T } | Rejection;
