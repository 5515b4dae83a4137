import {
  type MediaListener,
  type MediaProfile,
  type MediaRelay,
  type MediaSession,
  type MediaSide,
  type MediaStats,
  otherSide,
  type Relayed,
} from '@trunkline/edge/call/media';
import { readAnswer, readOffer } from '@trunkline/edge/call/read-description';
import type { Clock } from '@trunkline/runtime/clock';
import { relayedSdp } from './relayed-sdp.ts';

type Operation = 'offer' | 'answer' | 'release';

/** Three tries of 700 ms: so long the edge waits for a relay that is gone. */
const givesUpAfter_ms = 2_100;
const networkAddress = { outside: '192.0.2.1', inside: '192.0.2.2' } as const;
const firstPort = 30_000;

interface Open {
  readonly ports: Readonly<Record<MediaSide, number>>;
  readonly packets: Record<MediaSide, number>;
}

/** A media relay in memory. It can be slow, refuse, and die with all its sessions. */
export class FakeMediaRelay implements MediaRelay {
  readonly #clock: Clock;
  readonly #open = new Map<string, Open>();
  readonly #listeners = new Map<string, MediaListener>();
  readonly #refused = new Set<Operation>();
  #held: (() => void)[] | null = null;
  #dead = false;
  #nextPort = firstPort;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get openSessions(): number {
    return this.#open.size;
  }

  open(call: string, profile: MediaProfile, listener: MediaListener): MediaSession {
    // Operations of one session wait for each other.
    let last: Promise<unknown> = Promise.resolve();
    let isLost = false;
    const said: Record<MediaSide, string | null> = { caller: null, callee: null };
    this.#listeners.set(call, {
      onLost: () => {
        isLost = true;
        listener.onLost();
      },
      onSilent: listener.onSilent,
    });
    const inTurn = <T>(operation: Operation, work: () => T, otherwise: T): Promise<T> => {
      const turn = last.then(() => this.#operate(operation, work, otherwise));
      last = turn;
      return turn;
    };
    const refused: Relayed = { ok: false, reason: 'The relay refused' };
    let isOver = false;
    const unlessOver = (operation: Operation, work: () => Relayed): Promise<Relayed> =>
      inTurn(operation, () => (isOver ? refused : work()), refused);
    const remembered = (from: MediaSide, sdp: string): string => {
      said[from] = sdp;
      return sdp;
    };
    return {
      said: (side) => said[side],
      get isLost() {
        return isLost;
      },
      offer: (from, sdp) => unlessOver('offer', () => this.#offer(call, profile, from, remembered(from, sdp))),
      answer: (from, sdp) =>
        unlessOver('answer', () => {
          // The offer is made again where the relay is alive; both sides learn later where that is.
          if (isLost && !this.#open.has(call)) this.#allocate(call);
          return this.#answer(call, profile, from, remembered(from, sdp));
        }),
      move: () => unlessOver('offer', () => this.#offer(call, profile, 'caller', said.caller ?? '')),
      settled: () => {
        isLost = false;
      },
      watch: () => {},
      release: () => {
        this.#listeners.delete(call);
        return inTurn<MediaStats | null>(
          'release',
          () => {
            isOver = true;
            return this.#release(call);
          },
          null,
        );
      },
    };
  }

  /** Packets arrive from a side. */
  carry(call: string, from: MediaSide, packets: number): void {
    const open = this.#open.get(call);
    if (open !== undefined) open.packets[from] += packets;
  }

  refuses(operation: Operation): void {
    this.#refused.add(operation);
  }

  /** Nothing is answered until {@link goesOn}. */
  stalls(): void {
    this.#held ??= [];
  }

  goesOn(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const resume of held) resume();
  }

  /** Gone, with its sessions: nothing is answered until {@link recovers}. */
  dies(): void {
    this.#dead = true;
    this.#open.clear();
  }

  /** The node that carries the calls is gone, which is noticed. With `another` calls can go on there. */
  losesNode({ another }: { readonly another: boolean }): void {
    if (another) this.#open.clear();
    else this.dies();
    for (const { onLost } of [...this.#listeners.values()]) onLost();
  }

  /** Nobody sends any more. */
  hearsNothing(): void {
    for (const { onSilent } of [...this.#listeners.values()]) onSilent();
  }

  recovers(): void {
    this.#dead = false;
    this.#refused.clear();
    this.goesOn();
  }

  async #operate<T>(operation: Operation, work: () => T, otherwise: T): Promise<T> {
    const held = this.#held;
    if (held !== null) await new Promise<void>((resolve) => held.push(resolve));
    if (this.#dead) {
      await new Promise<void>((resolve) => this.#clock.after(givesUpAfter_ms, resolve));
      return otherwise;
    }
    return this.#refused.has(operation) ? otherwise : work();
  }

  #offer(call: string, profile: MediaProfile, from: MediaSide, sdp: string): Relayed {
    const offer = readOffer(sdp, from, profile);
    if (!offer.ok) return offer;
    const open = this.#open.get(call) ?? this.#allocate(call);
    return shown(open, profile, from, offer.sdp, [...profile.codecs[otherSide[from]], 'TELEPHONE-EVENT']);
  }

  #answer(call: string, profile: MediaProfile, from: MediaSide, sdp: string): Relayed {
    const open = this.#open.get(call);
    if (open === undefined) return { ok: false, reason: 'Unknown call-id' };
    const answer = readAnswer(sdp, from, profile, profile.codecs[from]);
    return answer.ok ? shown(open, profile, from, answer.sdp, null) : answer;
  }

  #allocate(call: string): Open {
    const open = {
      ports: { caller: this.#nextPort, callee: this.#nextPort + 2 },
      packets: { caller: 0, callee: 0 },
    };
    this.#nextPort += 4;
    this.#open.set(call, open);
    return open;
  }

  #release(call: string): MediaStats | null {
    const open = this.#open.get(call);
    this.#open.delete(call);
    if (open === undefined) return null;
    const side = (packets: number) => ({ packets_received: packets, octets_received: packets * 172, errors: 0 });
    return { caller: side(open.packets.caller), callee: side(open.packets.callee) };
  }
}

function shown(
  open: Open,
  profile: MediaProfile,
  from: MediaSide,
  sdp: string,
  encodings: readonly string[] | null,
): Relayed {
  const to = otherSide[from];
  const relayed = relayedSdp(sdp, {
    address: networkAddress[profile.network[to]],
    port: open.ports[to],
    protection: profile.encryption[to],
    encodings,
  });
  return relayed === null ? { ok: false, reason: 'The description cannot be read' } : { ok: true, sdp: relayed };
}
