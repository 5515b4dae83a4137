import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import { advertisedAddress, isWildcard } from './advertised-address.ts';
import { type Endpoint, plainAddress } from './endpoint.ts';
import { SourceCounts } from './source-counts.ts';
import { StreamTrial } from './stream-trial.ts';
import { TcpConnection } from './tcp-connection.ts';
import type { Flow, Transport, TransportListener } from './transport.ts';

const CONNECT_DEADLINE_MS = 5_000;
const MOST_CONNECTIONS = 8_192;
/** Connections that one source may have opened. */
const MOST_OF_SOURCE = 2_048;
const KEEP_ALIVE_MS = 60_000;

/** SIP over TCP. A connection, whoever opened it, carries requests and responses both ways (RFC 3261 §18). */
export class TcpTransport implements Transport {
  readonly name = 'tcp';
  readonly #asked: Endpoint;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #connections = new Map<string, TcpConnection>();
  /** RFC 5923: the connection by which a port of a far end's address is reached, one for each connection. */
  readonly #aliases = new Map<string, TcpConnection>();
  readonly #accepted = new Map<Flow, string | undefined>();
  readonly #sources = new SourceCounts({ each: MOST_OF_SOURCE, all: MOST_CONNECTIONS });
  readonly #trial: StreamTrial;
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
    this.#trial = new StreamTrial(parts.clock, (remote) => this.flowTo(remote));
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
    const key = connectionKey(remote);
    const known = this.#connections.get(key);
    if (known?.open) return known;
    const alias = this.#aliases.get(key);
    if (alias?.open) return alias;
    if (this.#server === undefined || this.#connections.size >= MOST_CONNECTIONS) return undefined;
    const from = isWildcard(this.#asked.address) ? {} : { localAddress: this.#asked.address };
    const socket = connect({ host: remote.address, port: remote.port, ...from });
    const deadline = this.#clock.after(CONNECT_DEADLINE_MS, () => {
      if (socket.connecting) socket.destroy(new Error('no connection within the deadline'));
    });
    socket.once('connect', () => deadline.cancel());
    socket.once('close', () => deadline.cancel());
    return this.#add(socket, remote, false);
  }

  tryFlowTo(remote: Endpoint): Promise<TcpConnection | undefined> {
    return this.#trial.try(remote);
  }

  /** Over TCP only the address vouches for who it is, so nobody takes over a port that is reached already. */
  alias(flow: Flow, port: number): void {
    const key = connectionKey({ address: flow.remote.address, port });
    const connection = this.#connections.get(connectionKey(flow.remote));
    if (connection !== flow || !this.#accepted.has(flow) || this.#accepted.get(flow) !== undefined) return;
    if (this.#connections.get(key)?.open || this.#aliases.get(key)?.open) return;
    this.#accepted.set(flow, key);
    this.#aliases.set(key, connection);
  }

  #accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    const source = plainAddress(remoteAddress ?? '');
    const full = remotePort === undefined || source === '' || this.#connections.size >= MOST_CONNECTIONS;
    const release = full ? undefined : this.#sources.take(source);
    if (full || release === undefined) {
      socket.destroy();
      return;
    }
    socket.once('close', release);
    this.#accepted.set(this.#add(socket, { address: source, port: remotePort }, true), undefined);
  }

  #add(socket: Socket, remote: Endpoint, accepted: boolean): TcpConnection {
    const key = connectionKey(remote);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('error', (error) => this.#logger.debug('A TCP connection failed', { remote, error }));
    const listener: TransportListener = {
      received: (bytes, flow) => this.#listener?.received(bytes, flow),
      sent: (bytes, flow) => this.#listener?.sent?.(bytes, flow),
      closed: (flow) => {
        if (this.#connections.get(key) === flow) this.#connections.delete(key);
        const alias = this.#accepted.get(flow);
        if (alias !== undefined) this.#aliases.delete(alias);
        this.#accepted.delete(flow);
        this.#listener?.closed(flow);
      },
    };
    const broken = (reason: string): void => {
      this.#logger.info('A TCP stream could not be read and was closed', { remote, reason });
    };
    const connection = new TcpConnection({
      transport: 'tcp',
      socket,
      local: this.local,
      remote,
      listener,
      broken,
      deadlines: { clock: this.#clock, accepted },
    });
    this.#connections.set(key, connection);
    return connection;
  }
}

const connectionKey = (remote: Endpoint): string => `${remote.address} ${remote.port}`;
