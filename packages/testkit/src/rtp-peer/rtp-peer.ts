import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import { encodeG711, type Law, payloadTypes } from './g711.ts';
import { createReception, type ReceptionReport } from './reception.ts';
import { formatRtp, parseRtp } from './rtp-packet.ts';
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
  received(): ReceptionReport;
  /** Source of the newest packet. */
  lastSource(): RtpAddress | undefined;
  close(): Promise<void>;
}

/** Binds the socket. Rejects when the address cannot be bound. */
export async function createRtpPeer(parts: RtpPeerParts): Promise<RtpPeer> {
  const socket = createSocket(parts.address.includes(':') ? 'udp6' : 'udp4');
  const reception = createReception();
  let source: RtpAddress | undefined;
  socket.on('message', (octets, from) => {
    const packet = parseRtp(octets);
    if (!packet) return;
    source = { address: from.address, port: from.port };
    reception.take(packet);
  });
  socket.bind(parts.port ?? 0, parts.address);
  await once(socket, 'listening');
  // An ICMP error of a peer that is gone is no fault of ours; loss shows in the counts.
  socket.on('error', () => undefined);

  let target: RtpAddress | undefined;
  let timer: Timer | undefined;
  let sent = 0;

  function sendPacket(tone: Tone, index: number): void {
    if (!target) return;
    const first = index * samplesPerPacket;
    const octets = formatRtp({
      payload_type: payloadTypes[parts.law],
      marker: index === 0,
      sequence: sent & 0xffff,
      timestamp: sent * samplesPerPacket,
      ssrc: parts.ssrc,
      payload: encodeG711(parts.law, toneSamples(tone, first, samplesPerPacket)),
    });
    socket.send(octets, target.port, target.address);
    sent++;
  }

  function silence(): void {
    timer?.cancel();
    timer = undefined;
  }

  function play(tone: Tone, to: RtpAddress): void {
    silence();
    target = to;
    let startedAt = parts.clock.now() as number;
    let next = 0;
    const tick = (): void => {
      // The due time of each packet counts from the start, so that late timers do not add up to drift.
      const due = Math.floor((parts.clock.now() - startedAt) / packetTime_ms) + 1;
      if (due - next > maxCatchUp) startedAt += (due - next - maxCatchUp) * packetTime_ms;
      for (const last = Math.min(due, next + maxCatchUp); next < last; next++) sendPacket(tone, next);
      timer = parts.clock.after(Math.max(1, startedAt + next * packetTime_ms - parts.clock.now()), tick);
    };
    tick();
  }

  return {
    address: parts.address,
    port: socket.address().port,
    play,
    silence,
    redirect(to) {
      target = to;
    },
    sent: () => sent,
    received: () => reception.report(),
    lastSource: () => source,
    async close() {
      silence();
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
