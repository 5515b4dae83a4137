import type { RegistrationFailure } from '@trunkline/contracts/events/trunk-state';
import type { DigestChallenge } from '@trunkline/sip/digest-challenge';

/** What a REGISTER was answered, read from the message once. */
export type RegisterAnswer =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly reason: string;
      /** Of WWW-Authenticate on 401, of Proxy-Authenticate on 407: those that we can answer. */
      readonly challenges: readonly DigestChallenge[];
      /** Seconds. */
      readonly min_expires: number | null;
      readonly retry_after: number | null;
      readonly expires: number | null;
      /** Contact: all bindings of the address-of-record on 2xx, other places to try on 3xx. */
      readonly contacts: readonly {
        readonly uri: string;
        readonly user: string | null;
        readonly expires: number | null;
      }[];
      readonly service_route: readonly string[];
    }
  | { readonly kind: 'none'; readonly cause: 'no-answer' | 'unreachable'; readonly reason: string };

/** What the present round has been through. */
export interface Round {
  /** Challenges answered, by who asked. */
  readonly challenges: { readonly registrar: number; readonly proxy: number };
  readonly briefs: number;
  readonly redirects: number;
  /** Seconds asked for; 0 removes the binding. */
  readonly expires_s: number;
}

export const freshRound = (expires_s: number): Round => ({
  challenges: { registrar: 0, proxy: 0 },
  briefs: 0,
  redirects: 0,
  expires_s,
});

export interface Failure {
  readonly cause: RegistrationFailure;
  readonly status: number | null;
  readonly reason: string;
  readonly retry_after_s: number | null;
}

export type Judgement =
  | { readonly event: 'accepted'; readonly granted_s: number; readonly service_route: readonly string[] }
  | { readonly event: 'challenged'; readonly by: 'registrar' | 'proxy'; readonly challenge: DigestChallenge }
  | { readonly event: 'too-brief'; readonly min_expires_s: number }
  | { readonly event: 'redirected'; readonly uri: string }
  /** This target does not work now; another one may. */
  | { readonly event: 'target-failed'; readonly failure: Failure }
  /** No target of the same carrier will answer otherwise. */
  | { readonly event: 'refused'; readonly failure: Failure };
