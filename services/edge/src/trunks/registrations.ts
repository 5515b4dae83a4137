import type { RegistrationState, UnregisteredReason } from '@trunkline/contracts/events/trunk-state';
import type { Chance } from '@trunkline/policy/order-gateways';
import { planRegistrations, type RegistrationWanted } from '@trunkline/policy/plan-registrations';
import type { PolicyTrunk } from '@trunkline/policy/policy';
import type { PolicyIndex } from '@trunkline/policy/policy-index';
import type { Clock } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import type { Pacer } from './pacer.ts';
import { Registration } from './registration.ts';
import type { RegistrationParts } from './registration-parts.ts';
import type { Answer, Requester, RequestSpec } from './requester.ts';

export interface RegistrationsParts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly hex: (bytes: number) => string;
  readonly logger: Logger;
  readonly policy: PolicyIndex;
  readonly requester: Requester;
  readonly pacer: Pacer;
  /** User part of our Contact, by the trunk's KV key. */
  readonly contactUser: (key: string) => string;
  /** Seconds to ask registrars for. */
  readonly expires_s: number;
  /** Null: the trunk's registration is over, and was told to be. */
  readonly onState: (trunk: PolicyTrunk, state: RegistrationState) => void;
  /** Nothing of the trunk's registration is left on this edge. */
  readonly onGone: (trunk: PolicyTrunk) => void;
  readonly onImpossible: (phase: string, event: string) => void;
}

interface Held {
  readonly trunk: PolicyTrunk;
  readonly registration: Registration;
}

/** What a trunk's registration depends on; undefined when it has nothing to register or nowhere to. */
export function wantedRegistration(trunk: PolicyTrunk, policy: PolicyIndex): RegistrationWanted | undefined {
  const { registration, username, gateways, transport, fixed_address, gateway_tls, registering } = trunk;
  if (registration !== 'we-register' || username === null || gateways.length === 0) return undefined;
  const registrars = [...gateways].sort((one, other) => one.priority - other.priority);
  const secret = policy.sealedPassword(trunk) ?? null;
  return { username, secret, transport, registrars, fixed_address, gateway_tls, registering };
}

/** The registrations of this edge: brings those that there are to those that are wanted. */
export class Registrations {
  readonly #parts: RegistrationsParts;
  readonly #held = new Map<string, Held>();
  /** Being removed, and not to be begun again before they are. */
  readonly #leaving = new Map<string, Registration>();

  constructor(parts: RegistrationsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Registrations by phase, those that are being removed included. */
  counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    const count = ({ phase }: Registration): void => void counts.set(phase, (counts.get(phase) ?? 0) + 1);
    for (const { registration } of this.#held.values()) count(registration);
    for (const registration of this.#leaving.values()) count(registration);
    return counts;
  }

  holds(key: string): boolean {
    return this.#held.has(key) || this.#leaving.has(key);
  }

  /** `why`: for one that is not wanted any more. */
  reconcile(
    wanted: ReadonlyMap<string, { readonly trunk: PolicyTrunk; readonly registration: RegistrationWanted }>,
    why: (key: string) => UnregisteredReason,
  ): void {
    const want = new Map([...wanted].map(([key, { registration }]) => [key, registration]));
    const held = new Map([...this.#held].map(([key, { registration }]) => [key, registration.wanted]));
    for (const step of planRegistrations(want, held, why)) {
      const entry = wanted.get(step.key);
      if (step.kind === 'leave') this.#leave(step.key, step.reason);
      else if (entry !== undefined && !this.#leaving.has(step.key)) this.#begin(entry.trunk, step.wanted);
    }
  }

  /** Somebody else has the trunk: no word to anybody. */
  yield(key: string): void {
    const held = this.#held.get(key);
    this.#held.delete(key);
    held?.registration.handOver();
  }

  /** Nothing is held, and nothing being removed. */
  get isEmpty(): boolean {
    return this.#held.size + this.#leaving.size === 0;
  }

  nudgeFailed(key: string): void {
    const registration = this.#held.get(key)?.registration;
    if (registration?.phase === 'failed') registration.nudge();
  }

  nudge(key: string): void {
    this.#held.get(key)?.registration.nudge();
  }

  #begin(trunk: PolicyTrunk, wanted: RegistrationWanted): void {
    const before = this.#held.get(trunk.key)?.registration;
    this.#held.delete(trunk.key);
    before?.handOver();
    const registration = new Registration(this.#partsFor(trunk), wanted, before?.last_success_at ?? null);
    this.#held.set(trunk.key, { trunk, registration });
    registration.start();
  }

  #leave(key: string, reason: UnregisteredReason): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    this.#leaving.set(key, held.registration);
    held.registration.leave(reason);
  }

  #partsFor(trunk: PolicyTrunk): RegistrationParts {
    const { clock, chance, hex, policy, contactUser, expires_s, onState, onImpossible, logger } = this.#parts;
    return {
      clock,
      chance,
      hex,
      expires_s: trunk.registering?.expires_s ?? expires_s,
      retry_s: trunk.registering?.retry_s ?? null,
      contact_user: trunk.registering?.contact_user ?? contactUser(trunk.key),
      send: (place, urgent, compose, done) => this.#send(place, urgent, compose, done),
      openPassword: () => policy.openPassword(policy.trunk(trunk.key) ?? trunk),
      onState: (state) => {
        const { registration, ...fields } = { registration: state.state, ...summary(state) };
        logger.info('A registration changed', { trunk: trunk.id, registration, ...fields });
        onState(trunk, state);
      },
      onGone: () => {
        this.#leaving.delete(trunk.key);
        if (!this.#held.has(trunk.key)) this.#parts.onGone(trunk);
      },
      onImpossible,
    };
  }

  #send(place: string, urgent: boolean, compose: () => RequestSpec | null, done: (answer: Answer) => void): void {
    const accepted = this.#parts.pacer.run(
      place,
      () => {
        const spec = compose();
        if (spec !== null) this.#parts.requester.request(spec, done);
      },
      urgent,
    );
    if (!accepted)
      this.#parts.clock.after(0, () =>
        done({ kind: 'none', cause: 'unreachable', reason: 'Too many registrations wait for this registrar' }),
      );
  }
}

function summary(state: RegistrationState): Record<string, unknown> {
  if (state.state === 'failed') return { cause: state.cause, status: state.status, failures: state.failures };
  return state.state === 'registered' ? { registrar: state.registrar } : { reason: state.reason };
}
