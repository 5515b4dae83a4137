import type { CallRecord } from '@trunkline/contracts/call-record';
import type { Cause } from '@trunkline/contracts/causes';
import type { CallEvent as CallEventMessage } from '@trunkline/contracts/events/call-events';
import type { EventId } from '@trunkline/contracts/ids';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import type { Logger } from '@trunkline/runtime/logger';
import { announcements } from './announcements.ts';
import type { CallEvent } from './call-event.ts';
import type { CallFacts, CallState } from './call-state.ts';
import { newCallState, targetsLeft } from './call-state.ts';
import type { Action, CallTable } from './call-table.ts';
import { callTable } from './call-table.ts';
import { classifyReport, classifyReportOfA } from './classify-report.ts';
import { type Deadlines, startsDeadline } from './deadlines.ts';
import { fold } from './fold.ts';
import { inviteSpec } from './invite-spec.ts';
import { causeOfDisagreement, sessionForA } from './late-offer.ts';
import type { Caller, LegA, LegAReport, LegB, LegBReport, LegCredentials } from './legs.ts';
import type { MediaRelay, MediaSession, MediaStats } from './media.ts';
import { modifySession } from './modify-session.ts';
import { noteTried } from './note-tried.ts';
import { placeholderKeyLength, placeholderOffer } from './placeholder-offer.ts';
import { reAnchor } from './re-anchor.ts';
import { toRecord } from './to-record.ts';

export interface CallParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly caller: Caller;
  readonly relay: MediaRelay;
  readonly deadlines_ms: Deadlines;
  readonly announce: (event: CallEventMessage) => void;
  /** Told once, when nothing of the call is left. */
  readonly onTerminated: (record: CallRecord) => void;
  /** An event that the table calls impossible: a bug that is counted. */
  readonly onImpossible: (phase: string, event: string) => void;
}

export interface CallOpening {
  readonly facts: CallFacts;
  /** Null when leg A makes none. */
  readonly offer: string | null;
  readonly legA: LegA;
  readonly credentials: LegCredentials | null;
}

const relayAtFault: Cause = 'media-unavailable';

/** Events kept for the log line about an impossible one. */
const maxHistory = 32;

/**
 * One call: it alone changes its state. Events queue, each runs to completion (table, fold, actions) before the next.
 */
export class Call {
  readonly #parts: CallParts;
  readonly #opening: CallOpening;
  readonly #session: MediaSession;
  readonly #queue: CallEvent[] = [];
  readonly #history: string[] = [];
  readonly #table: CallTable = callTable;
  #state: CallState;
  #running = false;
  #timer: Timer | null = null;
  #legB: LegB | null = null;
  #media: MediaStats | null = null;

  constructor(parts: CallParts, opening: CallOpening) {
    this.#parts = parts;
    this.#opening = opening;
    this.#session = parts.relay.open(opening.facts.id, opening.facts.media, {
      onLost: () => this.dispatch({ type: 'media-lost' }),
      onSilent: () => this.#silent(),
    });
    this.#state = newCallState(opening.facts);
  }

  get state(): CallState {
    return this.#state;
  }

  /** Takes the offer to the media relay; everything else follows from events. */
  start(): void {
    this.#tell(null, this.#state);
    this.#armTimer();
    void this.#session
      .offer('caller', this.#opening.offer ?? this.#placeholder())
      .then((offered) =>
        this.dispatch(
          offered.ok
            ? { type: 'media-offered', sdp: offered.sdp }
            : { type: 'media-failed', cause: offered.cause ?? relayAtFault },
        ),
      );
  }

  /** False when it is ending already. */
  hangUp(cause: Cause): boolean {
    const { ending } = this.#state;
    this.dispatch({ type: 'hang-up', cause });
    return ending === null;
  }

  signallingLost(): void {
    this.dispatch({ type: 'signalling-lost' });
  }

  reportFromA(report: LegAReport): void {
    if (report.type === 'a-sent') this.#state = { ...this.#state, sip_call_id_a: report.sip_call_id };
    else this.dispatch(classifyReportOfA(this.#state, report));
  }

  dispatch(event: CallEvent): void {
    this.#queue.push(event);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#step(next);
    } finally {
      this.#running = false;
    }
  }

  #step(event: CallEvent): void {
    const before = this.#state;
    this.#history.push(`${before.phase}×${event.type}`);
    if (this.#history.length > maxHistory) this.#history.shift();
    const cell = this.#table[before.phase][event.type];
    if (cell === 'ignore') return;
    if (cell === 'impossible') return this.#impossible(event);
    this.#state = fold(before, event, cell, this.#parts.clock.now());
    for (const action of cell.run) this.#perform(action, event);
    if (startsDeadline(before.phase, cell)) this.#armTimer();
    this.#tell(before, this.#state);
    if (cell.to === 'confirmed') this.#connected();
  }

  /** A bug must not leave a call hanging: it is logged with its history, and ended. */
  #impossible(event: CallEvent): void {
    const { phase } = this.#state;
    this.#parts.logger.error('An event that the call table calls impossible', {
      phase,
      event: event.type,
      history: [...this.#history],
    });
    this.#parts.onImpossible(phase, event.type);
    if (event.type !== 'hang-up') this.dispatch({ type: 'hang-up', cause: 'internal-error' });
  }

  #perform(action: Action, event: CallEvent): void {
    const { legA } = this.#opening;
    const cause = this.#state.ending?.cause ?? 'internal-error';
    switch (action) {
      case 'invite-b':
        return this.#invite();
      case 'relay-provisional':
        // A 183 without a body tells the caller nothing that a 180 does not, and a 180 makes phones ring.
        return legA.provisional('status' in event && event.status === 181 ? 181 : 180, 'Ringing', null);
      case 'relay-early':
        return event.type === 'early-answered' ? legA.provisional(183, 'Session Progress', event.sdp) : undefined;
      case 'answer-early':
      case 'answer-media':
        return this.#answerMedia(action, event);
      case 'answer-a':
        return event.type === 'media-answered' && this.#legB !== null ? legA.answer(event.sdp, this.#legB) : undefined;
      case 'agree-media':
        return event.type === 'a-answered' ? this.#agree(event.sdp) : undefined;
      case 'withdraw-a':
        return legA.withdraw();
      case 'reject-a':
        return legA.reject(this.#state.status ?? 500, cause);
      case 'cancel-b':
        return this.#legB?.cancel();
      case 'abandon-b':
        this.#legB?.abandon();
        this.#legB = null;
        return;
      case 'bye-a':
        return legA.bye(cause);
      case 'bye-b':
        return this.#legB?.bye(cause);
      case 'modify':
        return this.#modify(event);
      case 'refuse-modify':
        return 'offer' in event ? event.offer.refuse(491) : undefined;
      case 're-anchor':
        return this.#reAnchor();
      case 'release-media':
        return this.#release();
      case 'write-record':
        return this.#parts.onTerminated(toRecord(this.#state, this.#media, this.#parts.clock.now()));
    }
  }

  #invite(): void {
    const spec = inviteSpec(this.#state, this.#opening.credentials);
    // Reports carry the leg's number, so that a target given up cannot speak for the next one.
    const number = this.#state.attempts.length;
    this.#legB = this.#parts.caller.invite(spec, (report) => {
      if (this.#state.attempts.length === number) this.#reportFromB(report);
    });
  }

  #reportFromB(report: LegBReport): void {
    if (report.type === 'b-sent') {
      this.#state = { ...this.#state, sip_call_id_b: report.sip_call_id };
      return;
    }
    if (report.type === 'b-tried') {
      this.#state = noteTried(this.#state, report);
      return;
    }
    this.dispatch(classifyReport(this.#state, report));
  }

  #answerMedia(action: 'answer-early' | 'answer-media', event: CallEvent): void {
    if (event.type !== 'b-early-media' && event.type !== 'b-answered') return;
    const early = action === 'answer-early';
    const { facts } = this.#state;
    const relayed = early ? this.#session.answer('callee', event.sdp) : sessionForA(facts, this.#session, event.sdp);
    void relayed.then((answered) => {
      if (!answered.ok) return this.dispatch({ type: 'media-failed', cause: answered.cause ?? 'answer-unusable' });
      this.dispatch({ type: early ? 'early-answered' : 'media-answered', sdp: answered.sdp });
    });
  }

  #agree(answer: string): void {
    void this.#session
      .answer('caller', answer)
      .then((agreed) =>
        this.dispatch(
          agreed.ok ? { type: 'media-agreed' } : { type: 'media-failed', cause: causeOfDisagreement(agreed) },
        ),
      );
  }

  #placeholder(): string {
    const key = Buffer.from(this.#parts.ids.hex(placeholderKeyLength), 'hex');
    return placeholderOffer(this.#opening.facts.media, key);
  }

  #modify(event: CallEvent): void {
    const legB = this.#legB;
    if (legB === null || (event.type !== 'a-reinvited' && event.type !== 'b-reinvited')) return;
    const from = event.type === 'a-reinvited' ? 'caller' : 'callee';
    const other = from === 'caller' ? legB : this.#opening.legA;
    void modifySession(this.#session, from, event.offer, other).then(() => this.dispatch({ type: 'modified' }));
  }

  #reAnchor(): void {
    const legB = this.#legB;
    if (legB === null) return;
    const wait = (delay_ms: number) => new Promise<void>((resolve) => this.#parts.clock.after(delay_ms, resolve));
    void reAnchor(this.#session, this.#opening.legA, legB, wait).then((moved) =>
      this.dispatch(moved ? { type: 're-anchored' } : { type: 'media-failed', cause: 'media-lost' }),
    );
  }

  /** What the relay told while the sides were not connected, or were being moved, still holds now that they are. */
  #connected(): void {
    this.#session.watch();
    if (this.#session.isLost) this.dispatch({ type: 'media-lost' });
  }

  #silent(): void {
    if (this.#state.phase === 'confirmed') this.hangUp('media-silent');
  }

  #release(): void {
    void this.#session.release().then((stats) => {
      this.#media = stats;
      this.dispatch({ type: 'released' });
    });
  }

  #armTimer(): void {
    this.#timer?.cancel();
    const { facts, phase } = this.#state;
    const limit_ms = facts.deadlines_ms?.[phase] ?? this.#parts.deadlines_ms[phase];
    this.#timer = limit_ms === null ? null : this.#parts.clock.after(limit_ms, () => this.#expired());
  }

  #expired(): void {
    const retry = this.#state.phase === 'calling' && targetsLeft(this.#state) > 0;
    this.dispatch({ type: retry ? 'try-expired' : 'deadline' });
  }

  #tell(before: CallState | null, after: CallState): void {
    const { clock, ids, announce } = this.#parts;
    for (const event of announcements(before, after, clock.now(), () => ids.ulid() as EventId)) announce(event);
  }
}
