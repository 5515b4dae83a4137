import type { Clock, Timer } from '@trunkline/runtime/clock';
import { parseCSeq } from '@trunkline/sip/cseq';
import type { Headers } from '@trunkline/sip/headers';
import type { Arrival } from '../transaction/arrival.ts';
import type { TimerDurations } from '../transaction/timer-durations.ts';

/** Reliable provisional responses of one INVITE that may wait for their turn. */
const MOST_WAITING = 16;

interface Reliable {
  readonly rseq: number;
  readonly bytes: Buffer;
}

export interface ProvisionalParts {
  readonly clock: Clock;
  readonly durations: TimerDurations;
  readonly t1_ms: number;
  readonly send: (bytes: Buffer) => void;
  /** No PRACK within 64*T1. */
  readonly unacknowledged: () => void;
}

/**
 * RFC 3262 §3: a reliable provisional response is sent again until its PRACK, in growing intervals, on every transport; the
 * next one waits until then.
 */
export class Provisionals {
  readonly #parts: ProvisionalParts;
  readonly #waiting: Reliable[] = [];
  #rseq: number;
  #sent: Reliable | undefined;
  #interval_ms = 0;
  #again: Timer | undefined;
  #deadline: Timer | undefined;

  /** `first` is the RSeq of the first response, 1 to 2^31 - 1. */
  constructor(parts: ProvisionalParts, first: number) {
    this.#parts = parts;
    this.#rseq = first;
  }

  /** The RSeq for the next response; it is taken when `send` is called. */
  get next_rseq(): number {
    return this.#rseq;
  }

  /** False when too many are waiting. */
  send(bytes: Buffer): boolean {
    const reliable = { rseq: this.#rseq, bytes };
    if (this.#sent === undefined) this.#start(reliable);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(reliable);
    else return false;
    this.#rseq += 1;
    return true;
  }

  /** RFC 3262 §3: RAck names RSeq, CSeq number and method. True when it is the one that was waited for. */
  acknowledge(rack: string, invite_cseq: number): boolean {
    const space = rack.indexOf(' ');
    const cseq = parseCSeq(rack.slice(space + 1).trim());
    if (this.#sent === undefined || !cseq.ok || cseq.value.method !== 'INVITE') return false;
    if (Number(rack.slice(0, space)) !== this.#sent.rseq || cseq.value.number !== invite_cseq) return false;
    this.#cancelTimers();
    this.#sent = undefined;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#start(next);
    return true;
  }

  /** A final response was sent: nothing is sent again. */
  stop(): void {
    this.#cancelTimers();
    this.#waiting.length = 0;
    this.#sent = undefined;
  }

  #start(reliable: Reliable): void {
    this.#sent = reliable;
    this.#interval_ms = this.#parts.t1_ms;
    this.#deadline = this.#parts.clock.after(this.#parts.durations.give_up, () => {
      this.stop();
      this.#parts.unacknowledged();
    });
    this.#transmit(reliable);
  }

  #transmit(reliable: Reliable): void {
    this.#parts.send(reliable.bytes);
    this.#again = this.#parts.clock.after(this.#interval_ms, () => {
      this.#interval_ms *= 2;
      this.#transmit(reliable);
    });
  }

  #cancelTimers(): void {
    this.#again?.cancel();
    this.#deadline?.cancel();
  }
}

/** Whether the sender of this request takes reliable provisional responses. */
export function supports100rel({ request }: Pick<Arrival, 'request'>): boolean {
  return wants100rel(request.headers, 'supported') || wants100rel(request.headers, 'require');
}

export function wants100rel(headers: Headers, field: 'supported' | 'require' = 'require'): boolean {
  return headers.list(field).some((option) => option.toLowerCase() === '100rel');
}
