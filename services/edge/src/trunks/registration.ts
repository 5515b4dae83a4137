import type { UnregisteredReason } from '@trunkline/contracts/events/trunk-state';
import type { Instant } from '@trunkline/contracts/time';
import { judgeBy } from '@trunkline/policy/judge-by';
import { judgeRegisterAnswer } from '@trunkline/policy/judge-register-answer';
import { leaveFrom } from '@trunkline/policy/leave-from';
import type { RegistrationWanted } from '@trunkline/policy/plan-registrations';
import { type Failure, freshRound, type Round } from '@trunkline/policy/registration-answer';
import { refreshDelay_ms, retryDelay_ms } from '@trunkline/policy/registration-delays';
import {
  type RegistrationAction,
  type RegistrationEvent,
  type RegistrationPhase,
  registrationTable,
} from '@trunkline/policy/registration-table';
import { addressOfRecord, contactUri, registrarUri } from '@trunkline/policy/registration-uris';
import { hostPort, type Place } from '@trunkline/policy/target-uri';
import type { Timer } from '@trunkline/runtime/clock';
import { CarrierDigest } from './carrier-digest.ts';
import { readRegisterAnswer } from './read-register-answer.ts';
import type { RegistrationParts } from './registration-parts.ts';
import type { Answer, RequestSpec } from './requester.ts';

/** How long the removal of a binding may take. */
const leaveDeadline_ms = 5_000;

/** The registration of one trunk: the owner of its state, driven by {@link registrationTable}. */
export class Registration {
  readonly wanted: RegistrationWanted;
  readonly #parts: RegistrationParts;
  readonly #digest: CarrierDigest;
  readonly #call_id: string;
  readonly #from_tag: string;
  #phase: RegistrationPhase = 'waiting';
  #cseq = 0;
  /** Counts the REGISTERs of all rounds, so that a late answer is known as one. */
  #sent = 0;
  #target = 0;
  #redirect: string | null = null;
  #round: Round;
  #asked_s: number;
  #failures = 0;
  #last_success_at: Instant | null;
  #expires_at = 0;
  #granted_s = 0;
  #service_route: readonly string[] = [];
  #tried = 1;
  #retry_at = 0;
  #failure: Failure | null = null;
  /** Told at the end; null when there is nothing to tell. */
  #reason: UnregisteredReason | null = null;
  #timer: Timer | null = null;

  constructor(parts: RegistrationParts, wanted: RegistrationWanted, last_success_at: Instant | null = null) {
    this.#parts = parts;
    this.wanted = wanted;
    this.#last_success_at = last_success_at;
    this.#asked_s = parts.expires_s;
    this.#round = freshRound(parts.expires_s);
    this.#call_id = parts.hex(16);
    this.#from_tag = parts.hex(6);
    this.#digest = new CarrierDigest({
      username: wanted.username,
      openPassword: parts.openPassword,
      cnonce: () => parts.hex(8),
    });
  }

  get phase(): RegistrationPhase {
    return this.#phase;
  }

  get last_success_at(): Instant | null {
    return this.#last_success_at;
  }

  start(): void {
    this.#dispatch('due');
  }

  /** Tries now instead of later. */
  nudge(): void {
    this.#dispatch('nudged');
  }

  /** Removes the binding where there may be one. */
  leave(reason: UnregisteredReason): void {
    this.#reason = reason;
    if (this.#cseq === 0) this.#dispatch('handed-over');
    else this.#dispatch(this.#expires_at > this.#parts.clock.now() ? 'leave-bound' : 'leave-unbound');
  }

  /** Ends without a word to the registrar: somebody else refreshes the binding from now on. */
  handOver(): void {
    this.#reason = null;
    this.#dispatch('handed-over');
  }

  #dispatch(event: RegistrationEvent): void {
    const cell = registrationTable[this.#phase][event];
    if (cell === 'ignore') return;
    if (cell === 'impossible') return this.#parts.onImpossible(this.#phase, event);
    this.#phase = cell.to;
    for (const action of cell.do) this.#do(action);
  }

  #do(action: RegistrationAction): void {
    switch (action) {
      case 'begin-round':
        return this.#beginRound(this.#asked_s);
      case 'send':
        return this.#send();
      case 'arm-refresh':
        return this.#arm(refreshDelay_ms(this.#granted_s, this.#expires_at === 0, this.#parts.chance));
      case 'arm-retry':
        return this.#fail();
      case 'disarm':
        return this.#timer?.cancel();
      case 'tell-registered':
        return this.#tellRegistered();
      case 'tell-failed':
        return this.#tellFailed();
      case 'begin-leaving':
        this.#beginRound(0);
        this.#timer = this.#parts.clock.after(leaveDeadline_ms, () => this.#dispatch('deadline'));
        return;
      case 'finish':
        return this.#finish();
    }
  }

  /** A round begins with the registrar that answered last, and tries each once. */
  #beginRound(expires_s: number): void {
    this.#round = freshRound(expires_s);
    this.#redirect = null;
    this.#tried = 1;
  }

  #arm(delay_ms: number): void {
    this.#timer = this.#parts.clock.after(delay_ms, () => this.#dispatch('due'));
  }

  #send(): void {
    const token = ++this.#sent;
    const registrar = this.wanted.registrars[this.#target];
    if (registrar === undefined) return;
    const { challenges } = this.#round;
    const urgent = this.#phase === 'leaving' || challenges.registrar + challenges.proxy > 0;
    this.#parts.send(
      hostPort(registrar),
      urgent,
      () => (token === this.#sent ? this.#compose(registrar) : null),
      (answer) => (token === this.#sent ? this.#answered(answer) : undefined),
    );
  }

  #compose(registrar: Place): RequestSpec | null {
    const { username, transport } = this.wanted;
    const uri = this.#redirect ?? registrarUri(registrar, transport);
    const authorization = this.#digest.headers('REGISTER', uri);
    if (authorization === undefined) {
      const reason = 'The stored password cannot be opened';
      this.#failure = { cause: 'secret-unreadable', status: null, reason, retry_after_s: null };
      this.#dispatch('round-failed');
      return null;
    }
    this.#cseq += 1;
    const aor = addressOfRecord(username, registrar);
    const { expires_s } = this.#round;
    const headers = {
      From: `<${aor}>;tag=${this.#from_tag}`,
      To: `<${aor}>`,
      'Call-ID': this.#call_id,
      CSeq: `${this.#cseq} REGISTER`,
      Contact: `<${contactUri(this.#parts.contact_user, transport)}>;expires=${expires_s}`,
      Expires: String(expires_s),
      Supported: 'path',
      ...leaveFrom(this.wanted),
      ...judgeBy(this.wanted),
      ...authorization,
    };
    return { method: 'REGISTER', uri, headers };
  }

  #answered(answer: Answer): void {
    const judgement = judgeRegisterAnswer(readRegisterAnswer(answer), this.#round, this.#parts.contact_user);
    switch (judgement.event) {
      case 'accepted':
        this.#granted_s = judgement.granted_s;
        this.#service_route = judgement.service_route;
        return this.#dispatch('accepted');
      case 'challenged': {
        const { by, challenge } = judgement;
        const { challenges } = this.#round;
        this.#digest.keep(by, challenge);
        this.#round = { ...this.#round, challenges: { ...challenges, [by]: challenges[by] + 1 } };
        return this.#dispatch('challenged');
      }
      case 'too-brief':
        this.#asked_s = judgement.min_expires_s;
        this.#round = { ...this.#round, expires_s: judgement.min_expires_s, briefs: this.#round.briefs + 1 };
        return this.#dispatch('too-brief');
      case 'redirected':
        this.#redirect = judgement.uri;
        this.#round = { ...this.#round, redirects: this.#round.redirects + 1 };
        return this.#dispatch('redirected');
      case 'target-failed':
        this.#failure = judgement.failure;
        return this.#dispatch(this.#nextTarget() ? 'next-target' : 'round-failed');
      case 'refused':
        this.#failure = judgement.failure;
        this.#digest.forget();
        return this.#dispatch('round-failed');
    }
  }

  /** False when every registrar of the trunk has been tried in this round. */
  #nextTarget(): boolean {
    const count = this.wanted.registrars.length;
    this.#target = (this.#target + 1) % count;
    if (this.#tried >= count) return false;
    this.#tried += 1;
    this.#redirect = null;
    this.#digest.forget();
    this.#round = freshRound(this.#round.expires_s);
    return true;
  }

  #tellRegistered(): void {
    const now = this.#parts.clock.now();
    this.#failures = 0;
    this.#last_success_at = now;
    this.#expires_at = now + this.#granted_s * 1_000;
    this.#parts.onState({
      state: 'registered',
      registrar: this.wanted.registrars.slice(this.#target).map(hostPort)[0] ?? '',
      expires_at: this.#expires_at as Instant,
      last_success_at: now,
      service_route: [...this.#service_route],
    });
  }

  #fail(): void {
    this.#failures += 1;
    const { chance, retry_s } = this.#parts;
    const delay_ms = this.#failure === null ? 0 : retryDelay_ms(this.#failures, this.#failure, chance, retry_s);
    this.#retry_at = this.#parts.clock.now() + delay_ms;
    this.#arm(delay_ms);
  }

  #tellFailed(): void {
    if (this.#failure === null) return;
    const { cause, status, reason } = this.#failure;
    this.#parts.onState({
      state: 'failed',
      cause,
      status,
      reason,
      failures: this.#failures,
      retry_at: this.#retry_at as Instant,
      last_success_at: this.#last_success_at,
    });
  }

  #finish(): void {
    // An answer that is still to come is nobody's.
    this.#sent += 1;
    if (this.#reason !== null) {
      this.#parts.onState({
        state: 'unregistered',
        reason: this.#reason,
        last_success_at: this.#last_success_at,
      });
    }
    this.#parts.onGone();
  }
}
