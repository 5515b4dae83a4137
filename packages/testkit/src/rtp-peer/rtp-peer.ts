import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import { encodeG711, type Law, payloadTypes } from './g711.ts';
import { createReception, type ReceptionReport } from './reception.ts';
import { formatRtp, parseRtp } from './rtp-packet.ts';
import type { Srtp } from './srtp.ts';
import { type Tone, toneSamples } from './tone.ts';

const packetTime_ms = 20;
const samplesPerPacket = 160;
/** Sent at once at most when the event loop was late: more than this is dropped silence, not a burst. */
const maxCatchUp = 10;

export interface RtpPeerParts {
  readonly clock: Clock;
  readonly address: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly law: Law;
  readonly ssrc: number;
}

export interface RtpAddress {
  readonly address: string;
  readonly port: number;
}

/** One end of a two-way audio stream: sends and receives on the same port (symmetric RTP, RFC 4961). */
export interface RtpPeer {
  readonly address: string;
  readonly port: number;
  /** Sends the tone, a packet every 20 ms by the clock, until `silence` or `close`. */
  play(tone: Tone, to: RtpAddress): void;
  silence(): void;
  /** Sends to another address from now on. */
  redirect(to: RtpAddress): void;
  sent(): number;
  /**
   * SRTP from now on, or RTP again with null: packets are protected with `send`, and taken only when `receive` finds them
   * authentic.
   */
  secure(keys: { readonly send: Srtp; readonly receive: Srtp } | null): void;
  received(): ReceptionReport;
  /** Packets that were not RTP, or not authentic. */
  rejected(): number;
  /** Source of the newest packet. */
  lastSource(): RtpAddress | undefined;
  close(): Promise<void>;
}

/** Binds the socket. Rejects when the address cannot be bound. */
export async function createRtpPeer(parts: RtpPeerParts): Promise<RtpPeer> {
  const socket = createSocket(parts.address.includes(':') ? 'udp6' : 'udp4');
  socket.bind(parts.port ?? 0, parts.address);
  await once(socket, 'listening');
  return new Peer(parts, socket);
}

class Peer implements RtpPeer {
  readonly address: string;
  readonly port: number;
  readonly #parts: RtpPeerParts;
  readonly #socket: Socket;
  readonly #reception = createReception();
  #source: RtpAddress | undefined;
  #target: RtpAddress | undefined;
  #timer: Timer | undefined;
  #sent = 0;
  #rejected = 0;
  #keys: { readonly send: Srtp; readonly receive: Srtp } | null = null;

  constructor(parts: RtpPeerParts, socket: Socket) {
    this.#parts = parts;
    this.#socket = socket;
    this.address = parts.address;
    this.port = socket.address().port;
    socket.on('message', (octets, from) => {
      const plain = this.#keys === null ? octets : this.#keys.receive.unprotect(octets);
      const packet = plain && parseRtp(plain);
      if (!packet) {
        this.#rejected++;
        return;
      }
      this.#source = { address: from.address, port: from.port };
      this.#reception.take(packet);
    });
    // An ICMP error of a peer that is gone is no fault of ours; loss shows in the counts.
    socket.on('error', () => undefined);
  }

  play(tone: Tone, to: RtpAddress): void {
    this.silence();
    this.#target = to;
    const { clock } = this.#parts;
    let startedAt = clock.now() as number;
    let next = 0;
    const tick = (): void => {
      // The due time of each packet counts from the start, so that late timers do not add up to drift.
      const due = Math.floor((clock.now() - startedAt) / packetTime_ms) + 1;
      if (due - next > maxCatchUp) startedAt += (due - next - maxCatchUp) * packetTime_ms;
      for (const last = Math.min(due, next + maxCatchUp); next < last; next++) this.#sendPacket(tone, next);
      this.#timer = clock.after(Math.max(1, startedAt + next * packetTime_ms - clock.now()), tick);
    };
    tick();
  }

  silence(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  redirect(to: RtpAddress): void {
    this.#target = to;
  }

  sent(): number {
    return this.#sent;
  }

  secure(keys: { readonly send: Srtp; readonly receive: Srtp } | null): void {
    this.#keys = keys;
  }

  rejected(): number {
    return this.#rejected;
  }

  received(): ReceptionReport {
    return this.#reception.report();
  }

  lastSource(): RtpAddress | undefined {
    return this.#source;
  }

  async close(): Promise<void> {
    this.silence();
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #sendPacket(tone: Tone, index: number): void {
    if (!this.#target) return;
    const octets = formatRtp({
      payload_type: payloadTypes[this.#parts.law],
      marker: index === 0,
      sequence: this.#sent & 0xffff,
      timestamp: this.#sent * samplesPerPacket,
      ssrc: this.#parts.ssrc,
      payload: encodeG711(this.#parts.law, toneSamples(tone, index * samplesPerPacket, samplesPerPacket)),
    });
    const sealed = this.#keys === null ? octets : this.#keys.send.protect(octets);
    this.#socket.send(sealed, this.#target.port, this.#target.address);
    this.#sent++;
  }
}
