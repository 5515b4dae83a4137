import type { Clock, Timer } from '@trunkline/runtime/clock';
import { type PeekedRequest, peekRequest } from '@trunkline/sip/peek-request';
import { branchKey } from '../transaction/arrival.ts';
import { isReliable } from '../transport/endpoint.ts';
import type { Flow } from '../transport/transport.ts';
import type { Gate } from './gate.ts';
import { InviteQueue, type WaitingInvite } from './invite-queue.ts';
import { RecentlyShed } from './recently-shed.ts';

/**
 * Datagrams that one turn of the event loop reads from a socket (libuv stops at 32): when as many came, more are waiting in the
 * kernel.
 */
const FULL_TURN = 32;
/** New INVITEs that are begun in one turn when others wait: between two turns, what goes on already is dealt with. */
const BEGUN_IN_TURN = 8;
/** For each of these milliseconds that datagrams wait, half as many, but one: a call is more than ten messages. */
const HALF_MS = 40;
/** How often, milliseconds, it is measured how long they wait, while they do. */
const MEASURE_MS = 20;
/** How long, milliseconds, an INVITE may wait, here and in the kernel together: its 503 should leave before T1 is over. */
export const MOST_WAIT_MS = 300;
/** And here at least: bursts are shorter. */
const LEAST_WAIT_MS = 50;
/** How soon, milliseconds, it is asked again whether there is room. */
const ASK_AGAIN_MS = 5;

/** When datagrams wait this long, milliseconds, what is outside every call has to be sent again. */
const PATIENCE_MS = 50;

const LETTER_C = 67;
const LETTER_I = 73;
const LETTER_O = 79;
const LETTER_R = 82;
const LETTER_G = 71;

export interface IntakeParts {
  readonly clock: Clock;
  /** Runs a callback when what one turn of the event loop has read is dealt with. */
  readonly defer: (run: () => void) => void;
  readonly gate: Pick<Gate, 'takesFrom' | 'hasRoom' | 'turnedAway'> & { readonly limited: boolean };
  /** Reads the message and does what it asks for. */
  readonly handle: (bytes: Buffer, flow: Flow) => void;
  /** Whether a server transaction has this key. */
  readonly isKnown: (key: string) => boolean;
  /** Answers 503, without state. */
  readonly shed: (peeked: PeekedRequest, flow: Flow) => void;
  /** How long datagrams wait in the kernel until they are read, milliseconds; asked for now and then. */
  readonly queueDelay: () => number;
  /** Whether this is the ACK of such an answer. */
  readonly isShedAck: (bytes: Buffer, flow: Flow) => boolean;
  /** An OPTIONS or a REGISTER was dropped, because there was too much to read. */
  readonly dropped: () => void;
}

/**
 * In which order what the network brings is dealt with. While there is little to do, as it comes. When more comes than can be
 * done, all that belongs to calls that are known goes first; new INVITEs wait until the sockets are empty and an application
 * has room, the newest first, and are answered 503 when that takes too long: so the queue is here, where it can be chosen from,
 * and not in the kernel. Copies of an INVITE that was answered 503 are so again, at once. OPTIONS and REGISTER, which are never
 * of a call, are dropped meanwhile: their senders repeat them.
 */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #queue = new InviteQueue();
  readonly #shed = new RecentlyShed();
  #read = 0;
  #turning = false;
  #full = false;
  /** How long datagrams wait; those that are mostly dropped are no backlog, for they are not the work of calls. */
  #delay_ms = 0;
  #measured_at = 0;
  /** Of the messages since that was asked for, how many came and how many were not dropped. */
  #came = 0;
  #kept = 0;
  #again: Timer | undefined;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** New INVITEs that wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** How long what belongs to calls waits in the kernel, milliseconds; to be called now and then. */
  measureBacklog(): number {
    const mostlyKept = this.#kept * 2 >= this.#came;
    this.#came = 0;
    this.#kept = 0;
    this.#measure(this.#parts.clock.now());
    return mostlyKept ? this.#delay_ms : 0;
  }

  /** One whole message; what comes from a source that is not listened to is dropped unread. */
  received(bytes: Buffer, flow: Flow): void {
    const { gate, handle, isShedAck, dropped } = this.#parts;
    this.#read += 1;
    this.#came += 1;
    if (!this.#turning) this.#turnLater();
    if (!gate.takesFrom(flow.remote.address)) return;
    if (this.#full && this.#delay_ms >= PATIENCE_MS && isRepeatedOutsideCalls(bytes, flow)) {
      dropped();
      return;
    }
    this.#kept += 1;
    if (isShedAck(bytes, flow)) return;
    const letter = bytes[0];
    if (letter === LETTER_I && this.#busy && this.#queued(bytes, flow)) return;
    if (letter === LETTER_C && this.#queue.size > 0) this.#release(bytes);
    handle(bytes, flow);
  }

  /** Forgets those that wait: the server stops. */
  stop(): void {
    this.#again?.cancel();
    for (let invite = this.#queue.takeNewest(); invite !== undefined; invite = this.#queue.takeNewest()) {
      this.#refuse(invite);
    }
  }

  get #busy(): boolean {
    const { gate, clock } = this.#parts;
    return this.#full || this.#queue.size > 0 || gate.limited || this.#shed.any(clock.now());
  }

  /** Whether that was all that is to be done now: a new INVITE that waits, or that was answered 503 before. */
  #queued(bytes: Buffer, flow: Flow): boolean {
    const peeked = peekRequest(bytes, 'INVITE');
    if (peeked === undefined || peeked.has_to_tag) return false;
    const key = branchKey(peeked.via, 'INVITE');
    if (key === undefined || this.#parts.isKnown(key)) return false;
    const invite = { key, peeked, bytes, flow, at: this.#parts.clock.now() };
    if (this.#shed.has(key)) this.#refuse(invite);
    else if (!this.#queue.has(key)) {
      const tooMuch = this.#queue.put(invite);
      if (tooMuch !== undefined) this.#refuse(tooMuch);
    }
    return true;
  }

  /** A CANCEL has to find its INVITE, wherever that is. */
  #release(bytes: Buffer): void {
    const peeked = peekRequest(bytes, 'CANCEL');
    const key = peeked === undefined ? undefined : branchKey(peeked.via, 'INVITE');
    const invite = key === undefined ? undefined : this.#queue.take(key);
    if (invite !== undefined) this.#parts.handle(invite.bytes, invite.flow);
  }

  #turnLater(): void {
    this.#turning = true;
    this.#parts.defer(() => this.#turn());
  }

  #turn(): void {
    const { clock, gate } = this.#parts;
    this.#turning = false;
    const now = clock.now();
    this.#full = this.#read >= FULL_TURN;
    this.#read = 0;
    if (this.#full && now - this.#measured_at >= MEASURE_MS) this.#measure(now);
    if (this.#queue.size === 0) {
      if (this.#full) this.#turnLater();
      return;
    }
    this.#dropOld(now - Math.max(LEAST_WAIT_MS, MOST_WAIT_MS - this.#delay_ms));
    this.#begin(this.#full ? Math.max(1, BEGUN_IN_TURN >> Math.floor(this.#delay_ms / HALF_MS)) : BEGUN_IN_TURN);
    if (this.#queue.size === 0 || this.#turning) return;
    if (this.#full || gate.hasRoom()) this.#turnLater();
    else this.#askAgain();
  }

  /** The newest of those that wait, as long as there is room. */
  #begin(most: number): void {
    const { gate, handle } = this.#parts;
    for (let begun = 0; begun < most && gate.hasRoom(); begun += 1) {
      const invite = this.#queue.takeNewest();
      if (invite === undefined) return;
      handle(invite.bytes, invite.flow);
    }
  }

  #dropOld(before: number): void {
    for (let old = this.#queue.takeBefore(before); old !== undefined; old = this.#queue.takeBefore(before)) {
      this.#refuse(old);
    }
  }

  #refuse({ key, peeked, flow }: WaitingInvite): void {
    this.#shed.add(key, this.#parts.clock.now());
    this.#parts.gate.turnedAway();
    this.#parts.shed(peeked, flow);
  }

  #measure(now: number): void {
    this.#measured_at = now;
    this.#delay_ms = this.#parts.queueDelay();
  }

  #askAgain(): void {
    this.#again ??= this.#parts.clock.after(ASK_AGAIN_MS, () => {
      this.#again = undefined;
      if (!this.#turning) this.#turn();
    });
  }
}

/** OPTIONS and REGISTER, by their first letters; on a stream nobody repeats them (RFC 3261 §17.1.2.2). */
const isRepeatedOutsideCalls = (bytes: Buffer, { transport }: Flow): boolean =>
  (bytes[0] === LETTER_O || (bytes[0] === LETTER_R && bytes[2] === LETTER_G)) && !isReliable(transport);
