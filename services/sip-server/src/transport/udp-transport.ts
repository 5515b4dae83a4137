import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Clock } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import type { Logger } from '@trunkline/runtime/logger';
import type { Gather } from '../gather.ts';
import { advertisedAddress, isWildcard } from './advertised-address.ts';
import type { Endpoint } from './endpoint.ts';
import { ReceiveQueue } from './receive-queue.ts';
import type { Flow, Transport } from './transport.ts';

/** Bytes of the kernel's queues: bursts of datagrams must outlive a pause of the event loop. */
const SOCKET_BUFFER_BYTES = 4_194_304;
/** Datagrams that may wait to leave together. */
const MOST_WAITING = 256;

/** SIP over UDP, RFC 3261 §18. Datagrams leave when `gather` says, in bursts. */
export function createUdpTransport(asked: Endpoint, { logger, gather, clock, ids }: UdpParts): Transport {
  let socket: GatheringSocket | undefined;
  let queue: ReceiveQueue | undefined;
  let local = asked;
  let advertised = { address: advertisedAddress(asked.address), port: asked.port };
  return {
    name: 'udp',
    get local() {
      return local;
    },
    get advertised() {
      return advertised;
    },
    connections: 0,
    async start(listener) {
      const bound = await bind(asked);
      tellIfSmall(bound, logger);
      const gathering = new GatheringSocket(bound, gather, (sent, flow) => listener.sent?.(sent, flow));
      socket = gathering;
      local = { address: asked.address, port: bound.address().port };
      advertised = { ...advertised, port: local.port };
      const own = { port: local.port, address: isWildcard(asked.address) ? loopback(asked.address) : asked.address };
      const waiting = new ReceiveQueue(
        (probe) => gathering.sendNow(probe, own),
        (bytes) => Buffer.from(ids.hex(bytes), 'hex'),
      );
      queue = waiting;
      bound.on('message', (bytes, from) => {
        if (!waiting.took(bytes, clock)) listener.received(bytes, new UdpFlow(gathering, local, from));
      });
      bound.on('error', (error) => logger.warn('A UDP socket reported an error', { error }));
    },
    async stop() {
      const open = socket;
      socket = undefined;
      if (open !== undefined) await open.close();
    },
    queueDelay() {
      const now = clock.now();
      const delay_ms = queue?.delay(now) ?? 0;
      queue?.ask(now);
      return delay_ms;
    },
    flowTo: (remote) => (socket === undefined ? undefined : new UdpFlow(socket, local, remote)),
  };
}

export interface UdpParts {
  readonly logger: Logger;
  readonly gather: Gather;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'hex'>;
}

const loopback = (address: string): string => (isIPv6(address) ? '::1' : '127.0.0.1');

/** Linux gives half of what it counts, and no more than net.core.rmem_max: with the usual 208 KiB, some 160 datagrams. */
function tellIfSmall(socket: Socket, logger: Logger): void {
  const bytes = socket.getRecvBufferSize();
  if (bytes >= SOCKET_BUFFER_BYTES) return;
  logger.info('A UDP socket got a smaller receive buffer than asked for', { bytes, asked_bytes: SOCKET_BUFFER_BYTES });
}

interface Waiting {
  readonly bytes: Buffer;
  readonly remote: Endpoint;
  readonly failed: (error: Error) => void;
}

/** A socket whose datagrams leave together. */
class GatheringSocket {
  readonly #socket: Socket;
  readonly #gather: Gather;
  readonly #sent: (bytes: Buffer, flow: Flow) => void;
  #waiting: Waiting[] = [];

  constructor(socket: Socket, gather: Gather, sent: (bytes: Buffer, flow: Flow) => void) {
    this.#socket = socket;
    this.#gather = gather;
    this.#sent = sent;
  }

  send(bytes: Buffer, flow: Flow, failed: (error: Error) => void): void {
    this.#sent(bytes, flow);
    const count = this.#waiting.push({ bytes, remote: flow.remote, failed });
    if (count === 1) this.#gather(() => this.#flush());
    else if (count === MOST_WAITING) this.#flush();
  }

  /** For what is lost without harm. */
  sendNow(bytes: Buffer, remote: Endpoint): void {
    this.#transmit({ bytes, remote, failed: () => {} });
  }

  async close(): Promise<void> {
    this.#flush();
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) this.#transmit(one);
  }

  #transmit({ bytes, remote, failed }: Waiting): void {
    try {
      this.#socket.send(bytes, remote.port, remote.address, (error) => {
        if (error !== null) failed(error);
      });
    } catch (error) {
      // The socket is closed, or the address is not one.
      queueMicrotask(() => failed(error instanceof Error ? error : new Error(String(error))));
    }
  }
}

class UdpFlow implements Flow {
  readonly transport = 'udp';
  readonly open = true;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly #socket: GatheringSocket;

  constructor(socket: GatheringSocket, local: Endpoint, remote: Endpoint) {
    this.#socket = socket;
    this.local = local;
    this.remote = remote;
  }

  send(bytes: Buffer, failed: (error: Error) => void): void {
    this.#socket.send(bytes, this, failed);
  }
}

function bind({ address, port }: Endpoint): Promise<Socket> {
  const family = isIPv6(address) ? 6 : 4;
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    recvBufferSize: SOCKET_BUFFER_BYTES,
    sendBufferSize: SOCKET_BUFFER_BYTES,
    // Addresses are literal by the time they come here; asking the resolver for each datagram would cost a turn of the loop.
    lookup: (host, _options, done) => done(null, host, family),
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
