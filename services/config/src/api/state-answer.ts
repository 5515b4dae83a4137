import { registrationStatus, type TrunkState } from '@trunkline/contracts/events/trunk-state';
import type { Instant } from '@trunkline/contracts/time';
import { z } from 'zod';
import { iso } from './iso.ts';

/** What every dialect tells of the state of a trunk, beside its own fields. */
export const stateFields = {
  registration_status: z.enum(['registered', 'unregistered', 'failed', 'unknown']),
  /** Why it is not registered; null when it is, or is not known. */
  registration_reason: z.string().nullable(),
  /** When the state was told. */
  registration_since: z.string().nullable(),
  /** When the carrier last accepted our registration. */
  last_registration: z.string().nullable(),
  health: z.array(
    z.object({ gateway: z.string(), reachable: z.boolean(), since: z.string(), reason: z.string().nullable() }),
  ),
};
export const stateSchema = z.object(stateFields);
export type StateAnswer = z.infer<typeof stateSchema>;

/** Pure: what the edges told last. */
export function stateAnswer(state: TrunkState | undefined, now: Instant): StateAnswer {
  const registration = state?.registration ?? null;
  const status = registrationStatus(registration, now);
  return {
    registration_status: status,
    registration_reason: reasonOf(state, status),
    registration_since: registration === null || state === undefined ? null : iso(state.at),
    last_registration: registration?.last_success_at ? iso(registration.last_success_at) : null,
    health: (state?.gateways ?? []).map(({ name, reachable, since, reason }) => ({
      gateway: name,
      reachable,
      since: iso(since),
      reason: reason === '' ? null : reason,
    })),
  };
}

function reasonOf(state: TrunkState | undefined, status: StateAnswer['registration_status']): string | null {
  const registration = state?.registration;
  if (registration?.state === 'failed') return registration.reason || registration.cause;
  if (registration?.state === 'unregistered') return registration.reason;
  return status === 'unknown' && registration?.state === 'registered' ? 'the registration ran out unrenewed' : null;
}
