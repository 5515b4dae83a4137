import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Clock } from '@trunkline/runtime/clock';
import type { HostPort } from '@trunkline/runtime/env-fields';
import { redactMessage } from '../trace/redact-message.ts';
import type { Flow } from '../transport/transport.ts';
import { hepPacket } from './hep-packet.ts';

export interface HepSettings {
  /** Where packets are sent to, an address. */
  readonly collector: HostPort;
  /** Tells the collector who captured. */
  readonly agent_id: number;
  readonly password: string | undefined;
}

/** Packets that may wait for the socket. */
const MOST_WAITING = 1_024;

/** Tells a collector of every message, redacted, over UDP: what cannot be sent at once is lost, and nothing waits for it. */
export class HepSender {
  readonly #settings: HepSettings;
  readonly #clock: Clock;
  readonly #counted: (outcome: 'sent' | 'lost') => void;
  readonly #socket: Socket;
  #waiting = 0;
  #closed = false;

  constructor(
    settings: HepSettings,
    parts: { readonly clock: Clock; readonly counted: (outcome: 'sent' | 'lost') => void },
  ) {
    this.#settings = settings;
    this.#clock = parts.clock;
    this.#counted = parts.counted;
    this.#socket = createSocket(isIPv6(settings.collector.host) ? 'udp6' : 'udp4');
    // An ICMP error of a collector that is away comes here.
    this.#socket.on('error', () => {});
    this.#socket.unref();
  }

  add(direction: 'in' | 'out', bytes: Buffer, { transport, local, remote }: Flow): void {
    if (this.#closed) return;
    if (this.#waiting >= MOST_WAITING) {
      this.#counted('lost');
      return;
    }
    const { collector, agent_id: id, password } = this.#settings;
    const payload = Buffer.from(redactMessage(bytes), 'utf8');
    const packet = hepPacket({ at: this.#clock.now(), direction, transport, local, remote }, payload, { id, password });
    this.#waiting += 1;
    this.#socket.send(packet, collector.port, collector.host, (error) => {
      this.#waiting -= 1;
      this.#counted(error === null ? 'sent' : 'lost');
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }
}
