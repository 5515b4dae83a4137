import type { GatewayState } from '@trunkline/contracts/events/trunk-state';
import type { Gateway, Transport } from '@trunkline/contracts/trunk';
import { type JudgedBy, judgeBy } from '@trunkline/policy/judge-by';
import { leaveFrom } from '@trunkline/policy/leave-from';
import type { Chance } from '@trunkline/policy/order-gateways';
import {
  type GatewayHealth,
  isAlive,
  type Observation,
  observe,
  probeDelay_ms,
  secondProbeDelay_ms,
  unknownHealth,
} from '@trunkline/policy/qualify';
import { registrarUri } from '@trunkline/policy/registration-uris';
import { hostPort } from '@trunkline/policy/target-uri';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Answer, RequestSpec } from './requester.ts';

export interface ProberParts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly hex: (bytes: number) => string;
  readonly send: (place: string, compose: () => RequestSpec | null, done: (answer: Answer) => void) => void;
  readonly onState: (state: GatewayState) => void;
}

export interface Probed extends JudgedBy {
  readonly gateway: Gateway;
  readonly transport: Transport;
  readonly interval_s: number;
  /** Leaves from the installation's fixed address. */
  readonly fixed_address: boolean;
}

/** A gateway that is silent for longer is not there for calls either. */
const answerDeadline_ms = 5_000;
const maxReason = 200;

/** Asks one gateway with OPTIONS (RFC 3261 §11) whether it is there, and listens to what calls tell of it. */
export class Prober {
  readonly probed: Probed;
  readonly #parts: ProberParts;
  readonly #call_id: string;
  #cseq = 0;
  #health: GatewayHealth;
  #timer: Timer | null = null;
  #stopped = false;
  /** Since when an OPTIONS is on its way. */
  #asking = false;

  constructor(parts: ProberParts, probed: Probed, known: GatewayState | undefined) {
    this.#parts = parts;
    this.probed = probed;
    this.#call_id = parts.hex(16);
    this.#health =
      known === undefined
        ? unknownHealth(parts.clock.now())
        : { reachable: known.reachable, since: known.since, contrary: 0 };
  }

  start(): void {
    this.#probe();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** What a call told of the gateway. A failure is looked into at once. */
  heard(observation: Observation): void {
    if (this.#stopped) return;
    const doubted = this.#health.contrary;
    this.#observe(observation);
    if (this.#health.contrary > doubted && !this.#asking) this.#arm(observation);
  }

  #probe(): void {
    this.#asking = true;
    const { gateway } = this.probed;
    let done = false;
    const finish = (answer: Answer): void => {
      if (done || this.#stopped) return;
      done = true;
      this.#timer?.cancel();
      this.#asking = false;
      const observation = observationOf(answer);
      this.#observe(observation);
      this.#arm(observation);
    };
    this.#parts.send(
      hostPort(gateway),
      () => {
        if (this.#stopped) return null;
        this.#timer = this.#parts.clock.after(answerDeadline_ms, () =>
          finish({
            kind: 'none',
            cause: 'no-answer',
            reason: `No answer to OPTIONS within ${answerDeadline_ms / 1_000} s`,
          }),
        );
        return this.#compose();
      },
      finish,
    );
  }

  #compose(): RequestSpec {
    const { gateway, transport } = this.probed;
    this.#cseq += 1;
    const uri = registrarUri(gateway, transport);
    return {
      method: 'OPTIONS',
      uri,
      headers: {
        From: `<sip:ping@localhost>;tag=${this.#parts.hex(6)}`,
        To: `<${uri}>`,
        'Call-ID': this.#call_id,
        CSeq: `${this.#cseq} OPTIONS`,
        Accept: 'application/sdp',
        ...leaveFrom(this.probed),
        ...judgeBy(this.probed),
      },
    };
  }

  #observe(observation: Observation): void {
    const { clock, onState } = this.#parts;
    const before = this.#health;
    this.#health = observe(before, observation, clock.now());
    const { reachable, since } = this.#health;
    if (reachable === null || reachable === before.reachable) return;
    const { gateway } = this.probed;
    const { status, reason } = observation;
    onState({
      gateway: gateway.id,
      name: hostPort(gateway),
      reachable,
      since,
      status,
      reason: reason.slice(0, maxReason),
    });
  }

  #arm(last: Observation): void {
    this.#timer?.cancel();
    const { chance } = this.#parts;
    const isFirst = this.#cseq === 1 && last.alive;
    const delay_ms = isFirst
      ? secondProbeDelay_ms(this.probed.interval_s, chance)
      : probeDelay_ms(this.#health, this.probed.interval_s, last, chance);
    this.#timer = this.#parts.clock.after(delay_ms, () => this.#probe());
  }
}

function observationOf(answer: Answer): Observation {
  if (answer.kind === 'none') return { alive: false, status: null, reason: answer.reason, retry_after_s: null };
  const { status, reason } = answer;
  const digits = /^\s*(\d{1,10})/.exec(answer.header('retry-after') ?? '')?.[1];
  const alive = isAlive(status);
  return {
    alive,
    status,
    reason: `${status} ${reason}`.trim(),
    retry_after_s: digits === undefined || alive ? null : Number(digits),
  };
}
