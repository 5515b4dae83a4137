import type { RegistrationState } from '@trunkline/contracts/events/trunk-state';
import type { Chance } from '@trunkline/policy/order-gateways';
import type { RegistrationEvent, RegistrationPhase } from '@trunkline/policy/registration-table';
import type { Clock } from '@trunkline/runtime/clock';
import type { Answer, RequestSpec } from './requester.ts';

/** What a registration works with, and whom it tells. */
export interface RegistrationParts {
  readonly clock: Clock;
  readonly chance: Chance;
  /** `bytes` random bytes in hex. */
  readonly hex: (bytes: number) => string;
  /** Sends when the registrar's turn has come. `place` is the registrar. */
  readonly send: (
    place: string,
    urgent: boolean,
    compose: () => RequestSpec | null,
    done: (answer: Answer) => void,
  ) => void;
  readonly openPassword: () => string | undefined;
  /** Seconds until a failed round is repeated first; null: as usual. */
  readonly retry_s: number | null;
  /** User part of our Contact: usually nobody can guess it, so an INVITE for it comes by way of the registrar. */
  readonly contact_user: string;
  /** Seconds to ask for. */
  readonly expires_s: number;
  readonly onState: (state: RegistrationState) => void;
  /** It is over, and nothing of it is left. */
  readonly onGone: () => void;
  readonly onImpossible: (phase: RegistrationPhase, event: RegistrationEvent) => void;
}
