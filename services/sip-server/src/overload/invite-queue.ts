import type { Instant } from '@trunkline/contracts/time';
import type { PeekedRequest } from '@trunkline/sip/peek-request';
import type { Flow } from '../transport/transport.ts';

/** INVITEs that may wait; the oldest has to go for one more. */
const MOST_WAITING = 2_048;

/** A new INVITE, looked at and not yet read. */
export interface WaitingInvite {
  /** Of its transaction. */
  readonly key: string;
  readonly peeked: PeekedRequest;
  readonly bytes: Buffer;
  readonly flow: Flow;
  readonly at: Instant;
}

/**
 * New INVITEs that wait for a moment without other work. The newest is served first: its caller is sure to be waiting still,
 * and in a queue that is too long for all, those served last would be those who have waited longest.
 */
export class InviteQueue {
  /** In order of arrival. Those that were taken by their key leave a gap. */
  #order: WaitingInvite[] = [];
  #first = 0;
  readonly #byKey = new Map<string, WaitingInvite>();

  get size(): number {
    return this.#byKey.size;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** What has to go, if it is too much. */
  put(invite: WaitingInvite): WaitingInvite | undefined {
    const oldest = this.#byKey.size >= MOST_WAITING ? this.#takeOldest() : undefined;
    if (this.#order.length >= 2 * MOST_WAITING) this.#tidy();
    this.#byKey.set(invite.key, invite);
    this.#order.push(invite);
    return oldest;
  }

  take(key: string): WaitingInvite | undefined {
    const invite = this.#byKey.get(key);
    this.#byKey.delete(key);
    return invite;
  }

  takeNewest(): WaitingInvite | undefined {
    while (this.#order.length > this.#first) {
      const invite = this.#order.pop();
      if (invite !== undefined && this.#isHere(invite)) return this.take(invite.key);
    }
    this.#tidy();
    return undefined;
  }

  /** The oldest, if it came before `time`. */
  takeBefore(time: number): WaitingInvite | undefined {
    this.#skip();
    const invite = this.#order[this.#first];
    return invite !== undefined && invite.at < time ? this.#takeOldest() : undefined;
  }

  #takeOldest(): WaitingInvite | undefined {
    this.#skip();
    const invite = this.#order[this.#first];
    this.#first += 1;
    return invite === undefined ? undefined : this.take(invite.key);
  }

  #skip(): void {
    for (let invite = this.#order[this.#first]; invite !== undefined; invite = this.#order[this.#first]) {
      if (this.#isHere(invite)) return;
      this.#first += 1;
    }
    this.#tidy();
  }

  #isHere(invite: WaitingInvite): boolean {
    return this.#byKey.get(invite.key) === invite;
  }

  /** Gives back the room of those that are gone. */
  #tidy(): void {
    this.#order = this.#order.slice(this.#first).filter((each) => this.#isHere(each));
    this.#first = 0;
  }
}
