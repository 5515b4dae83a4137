import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import { advertisedAddress, isWildcard } from './advertised-address.ts';
import { type Endpoint, plainAddress } from './endpoint.ts';
import { TcpConnection } from './tcp-connection.ts';
import type { Transport, TransportListener } from './transport.ts';

const CONNECT_DEADLINE_MS = 5_000;
const MOST_CONNECTIONS = 8_192;
const KEEP_ALIVE_MS = 60_000;

/** SIP over TCP. A connection, whoever opened it, carries requests and responses both ways (RFC 3261 §18). */
export class TcpTransport implements Transport {
  readonly name = 'tcp';
  readonly #asked: Endpoint;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #connections = new Map<string, TcpConnection>();
  #server: Server | undefined;
  #listener: TransportListener | undefined;
  #local: Endpoint;
  #advertised: Endpoint;

  constructor(asked: Endpoint, parts: { readonly clock: Clock; readonly logger: Logger }) {
    this.#asked = asked;
    this.#local = asked;
    this.#advertised = { address: advertisedAddress(asked.address), port: asked.port };
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  get local(): Endpoint {
    return this.#local;
  }

  get advertised(): Endpoint {
    return this.#advertised;
  }

  get connections(): number {
    return this.#connections.size;
  }

  async start(listener: TransportListener): Promise<void> {
    this.#listener = listener;
    const server = createServer((socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#asked.port, this.#asked.address, () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.on('error', (error) => this.#logger.warn('A TCP listener reported an error', { error }));
    const bound = server.address();
    if (bound === null || typeof bound !== 'object') return;
    this.#local = { ...this.#local, port: bound.port };
    this.#advertised = { ...this.#advertised, port: bound.port };
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const connection of this.#connections.values()) connection.close();
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  flowTo(remote: Endpoint): TcpConnection | undefined {
    const known = this.#connections.get(connectionKey(remote));
    if (known?.open) return known;
    if (this.#server === undefined || this.#connections.size >= MOST_CONNECTIONS) return undefined;
    const from = isWildcard(this.#asked.address) ? {} : { localAddress: this.#asked.address };
    const socket = connect({ host: remote.address, port: remote.port, ...from });
    const deadline = this.#clock.after(CONNECT_DEADLINE_MS, () => {
      if (socket.connecting) socket.destroy(new Error('no connection within the deadline'));
    });
    socket.once('connect', () => deadline.cancel());
    socket.once('close', () => deadline.cancel());
    return this.#add(socket, remote);
  }

  #accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    if (remoteAddress === undefined || remotePort === undefined || this.#connections.size >= MOST_CONNECTIONS) {
      socket.destroy();
      return;
    }
    this.#add(socket, { address: plainAddress(remoteAddress), port: remotePort });
  }

  #add(socket: Socket, remote: Endpoint): TcpConnection {
    const key = connectionKey(remote);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('error', (error) => this.#logger.debug('A TCP connection failed', { remote, error }));
    const listener: TransportListener = {
      received: (bytes, flow) => this.#listener?.received(bytes, flow),
      closed: (flow) => {
        if (this.#connections.get(key) === flow) this.#connections.delete(key);
        this.#listener?.closed(flow);
      },
    };
    const broken = (reason: string): void => {
      this.#logger.info('A TCP stream could not be read and was closed', { remote, reason });
    };
    const connection = new TcpConnection({ transport: 'tcp', socket, local: this.local, remote, listener, broken });
    this.#connections.set(key, connection);
    return connection;
  }
}

const connectionKey = (remote: Endpoint): string => `${remote.address} ${remote.port}`;
