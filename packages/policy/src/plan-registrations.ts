import type { UnregisteredReason } from '@trunkline/contracts/events/trunk-state';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Registering, Transport } from '@trunkline/contracts/trunk';
import { type JudgedBy, judgeText } from './judge-by.ts';
import { hostPort, type Place } from './target-uri.ts';

/** All that a registration depends on. Two that are equal are the same registration. */
export interface RegistrationWanted extends JudgedBy {
  readonly username: string;
  /** Of the password: changes when and only when the tenant gives another. */
  readonly secret: Sealed | null;
  readonly transport: Transport;
  /** In the order in which to try them. */
  readonly registrars: readonly Place[];
  /** Leaves from the installation's fixed address. */
  readonly fixed_address: boolean;
  /** Null: as usual on this edge. */
  readonly registering: Registering | null;
}

export type RegistrationStep =
  | { readonly kind: 'register'; readonly key: string; readonly wanted: RegistrationWanted }
  /** The same binding with other credentials or another order of registrars: nothing is to be removed. */
  | { readonly kind: 'replace'; readonly key: string; readonly wanted: RegistrationWanted }
  | { readonly kind: 'leave'; readonly key: string; readonly reason: UnregisteredReason };

/**
 * Desired state in, steps out. Takes no "what changed": the same call serves a change, a restart and the sweep. `why` tells for a
 * trunk that is no longer wanted why it is not.
 */
export function planRegistrations(
  wanted: ReadonlyMap<string, RegistrationWanted>,
  held: ReadonlyMap<string, RegistrationWanted>,
  why: (key: string) => UnregisteredReason,
): RegistrationStep[] {
  const steps: RegistrationStep[] = [];
  for (const key of held.keys()) if (!wanted.has(key)) steps.push({ kind: 'leave', key, reason: why(key) });
  for (const [key, want] of wanted) {
    const have = held.get(key);
    if (have === undefined) steps.push({ kind: 'register', key, wanted: want });
    else if (have !== want && !isSame(have, want)) {
      if (!isSameBinding(have, want)) steps.push({ kind: 'leave', key, reason: 'changed' });
      steps.push({ kind: isSameBinding(have, want) ? 'replace' : 'register', key, wanted: want });
    }
  }
  return steps;
}

function isSame(one: RegistrationWanted, other: RegistrationWanted): boolean {
  return (
    one.username === other.username &&
    one.secret === other.secret &&
    one.transport === other.transport &&
    one.fixed_address === other.fixed_address &&
    judgeText(one) === judgeText(other) &&
    one.registering?.expires_s === other.registering?.expires_s &&
    one.registering?.retry_s === other.registering?.retry_s &&
    contactUser(one) === contactUser(other) &&
    one.registrars.length === other.registrars.length &&
    one.registrars.every((registrar, index) => isSamePlace(registrar, other.registrars[index]))
  );
}

/** Whether the binding of the one would be overwritten by the other's. */
function isSameBinding(one: RegistrationWanted, other: RegistrationWanted): boolean {
  return (
    one.username === other.username &&
    one.transport === other.transport &&
    one.fixed_address === other.fixed_address &&
    contactUser(one) === contactUser(other) &&
    one.registrars.every((registrar) => other.registrars.some((each) => isSamePlace(registrar, each)))
  );
}

function contactUser({ registering }: RegistrationWanted): string | null {
  return registering?.contact_user ?? null;
}

function isSamePlace(one: Place, other: Place | undefined): boolean {
  return other !== undefined && hostPort(one) === hostPort(other);
}
