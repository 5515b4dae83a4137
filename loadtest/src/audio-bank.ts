import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock, Timer } from '@trunkline/runtime/clock';

interface Target {
  readonly address: string;
  readonly port: number;
}

/** One socket of the bank: sends a packet of PCMU every 20 ms to its target, and counts what it gets by sequence number. */
export interface AudioEnd {
  readonly address: string;
  readonly port: number;
  talkTo(target: Target): void;
  readonly counts: AudioCounts;
}

export interface AudioCounts {
  sent: number;
  received: number;
  /** Expected by the sequence numbers heard, over all sources (RFC 3550 §A.3). */
  expected: number;
  /** When the newest packet came. */
  last_at: number;
}

const packetTime_ms = 20;
const payloadOctets = 160;
/** When the process was held up, at most so many packets are sent at once. */
const maxCatchUp = 10;
/** Sockets are served in so many turns over the 20 ms, so that packets do not come in one burst. */
const turns = 10;

interface End extends AudioEnd {
  readonly socket: Socket;
  readonly packet: Buffer;
  target: Target | null;
  due: number;
}

/** Many two-way audio streams for as little processor as one thread can: packets are made once and stamped. */
export class AudioBank {
  readonly #clock: Clock;
  readonly #ends: End[] = [];
  #timer: Timer | null = null;
  #start = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async open(address: string): Promise<AudioEnd> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 256 * 1_024 });
    socket.on('error', () => {});
    socket.bind(0, address);
    await once(socket, 'listening');
    const packet = Buffer.alloc(12 + payloadOctets, 0xff);
    packet.writeUInt16BE(0x8000, 0);
    packet.writeUInt32BE(this.#ends.length + 1, 8);
    const counts: AudioCounts = { sent: 0, received: 0, expected: 0, last_at: 0 };
    const end: End = {
      address,
      port: socket.address().port,
      socket,
      packet,
      counts,
      target: null,
      due: 0,
      talkTo: (target) => {
        end.target = target;
        end.due = this.#now();
      },
    };
    this.#count(end);
    this.#ends.push(end);
    this.#timer ??= this.#clock.after(1, () => this.#tick());
    return end;
  }

  silence(): void {
    for (const end of this.#ends) end.target = null;
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    await Promise.all(
      this.#ends.map(({ socket }) => {
        const closed = once(socket, 'close');
        socket.close();
        return closed;
      }),
    );
  }

  #now(): number {
    return this.#clock.now();
  }

  #count({ socket, counts }: End): void {
    let source = -1;
    let highest = 0;
    socket.on('message', (octets) => {
      if (octets.length < 12) return;
      const ssrc = octets.readUInt32BE(8);
      const sequence = octets.readUInt16BE(2);
      counts.received++;
      counts.last_at = this.#now();
      const ahead = source === ssrc ? (sequence - highest) & 0xffff : 1;
      source = ssrc;
      if (ahead >= 0x8000) return;
      counts.expected += ahead;
      highest = sequence;
    });
  }

  #tick(): void {
    const now = this.#now();
    if (this.#start === 0) this.#start = now;
    for (const end of this.#ends) this.#serve(end, now);
    this.#timer = this.#clock.after(packetTime_ms / turns, () => this.#tick());
  }

  #serve(end: End, now: number): void {
    const { target, packet, counts } = end;
    if (target === null || end.due > now) return;
    if (now - end.due > maxCatchUp * packetTime_ms) end.due = now;
    for (; end.due <= now; end.due += packetTime_ms) {
      packet.writeUInt16BE(counts.sent & 0xffff, 2);
      packet.writeUInt32BE((counts.sent * payloadOctets) >>> 0, 4);
      end.socket.send(Buffer.from(packet), target.port, target.address);
      counts.sent++;
    }
  }
}
