import type { Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { Clock } from '@trunkline/runtime/clock';
import type { ClientCertificates } from '@trunkline/runtime/env-fields';
import type { Logger } from '@trunkline/runtime/logger';
import { advertisedAddress, isWildcard } from './advertised-address.ts';
import type { Endpoint } from './endpoint.ts';
import { judgeFarEnd, readFarEnd, serverName } from './judge-far-end.ts';
import { OutgoingTls } from './outgoing-tls.ts';
import { TcpConnection } from './tcp-connection.ts';
import { TlsAcceptor } from './tls-acceptor.ts';
import type { TlsEvents } from './tls-events.ts';
import type { TlsStore } from './tls-store.ts';
import { type TlsWish, wishKey, withWish } from './tls-wish.ts';
import type { Flow, Transport, TransportListener } from './transport.ts';
import type { TransportFailure } from './transport-failure.ts';

const CONNECT_DEADLINE_MS = 5_000;
const MOST_CONNECTIONS = 8_192;
const KEEP_ALIVE_MS = 60_000;

export interface TlsTransportParts {
  readonly client_certificates: ClientCertificates;
  readonly store: TlsStore;
  readonly events: TlsEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Connection = (TcpConnection | OutgoingTls) & Flow;

/** SIP over TLS, RFC 3261 §26.2.1, RFC 5922. A connection carries requests and responses both ways. */
export class TlsTransport implements Transport {
  readonly name = 'tls';
  readonly #asked: Endpoint;
  readonly #parts: TlsTransportParts;
  readonly #acceptor: TlsAcceptor;
  readonly #connections = new Map<string, Connection>();
  /** RFC 5923: the connection that a port of a far end's address is reached by; one for each connection. */
  readonly #aliases = new Map<string, { readonly flow: Connection; readonly socket: TLSSocket }>();
  readonly #accepted = new Map<Flow, { readonly socket: TLSSocket; alias: string | undefined }>();
  #listener: TransportListener | undefined;
  #local: Endpoint;
  #advertised: Endpoint;
  #running = false;

  constructor(asked: Endpoint, parts: TlsTransportParts) {
    this.#asked = asked;
    this.#local = asked;
    this.#advertised = { address: advertisedAddress(asked.address), port: asked.port };
    this.#parts = parts;
    this.#acceptor = new TlsAcceptor({
      asked,
      ...parts,
      accepted: (socket, remote) => this.#accept(socket, remote),
      fault: (error) => parts.logger.warn('A TLS listener reported an error', { error }),
    });
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

  get half_open(): number {
    return this.#acceptor.half_open;
  }

  async start(listener: TransportListener): Promise<void> {
    this.#listener = listener;
    const port = await this.#acceptor.listen();
    this.#local = { ...this.#local, port };
    this.#advertised = { ...this.#advertised, port };
    this.#running = true;
  }

  async stop(): Promise<void> {
    this.#running = false;
    for (const connection of this.#connections.values()) connection.close();
    await this.#acceptor.close();
  }

  flowTo(remote: Endpoint, name?: string, wish?: TlsWish): Flow | undefined {
    const key = connectionKey(remote, name, wish);
    const known = this.#connections.get(key);
    const open = known?.open ? known : this.#aliased(remote, name, wish);
    if (open !== undefined) return open;
    if (!this.#running || this.#connections.size >= MOST_CONNECTIONS) return undefined;
    return this.#open(remote, name, wish, key);
  }

  alias(flow: Flow, port: number): void {
    const held = this.#accepted.get(flow);
    // RFC 5923 §8: who it is has to be proven by its certificate.
    if (held === undefined || held.alias !== undefined || !held.socket.authorized) return;
    const key = connectionKey({ address: flow.remote.address, port });
    if (this.#aliases.get(key)?.flow.open) return;
    held.alias = key;
    this.#aliases.set(key, { flow: flow as Connection, socket: held.socket });
  }

  #aliased(remote: Endpoint, name: string | undefined, wish: TlsWish | undefined): Connection | undefined {
    const found = this.#aliases.get(connectionKey(remote));
    if (!found?.flow.open) return undefined;
    const rule = withWish(this.#parts.store.client(name ?? remote.address, remote.port).rule, wish);
    const wanted = rule.server_name ?? name ?? remote.address;
    return judgeFarEnd(readFarEnd(found.socket, wanted), rule, wanted) === undefined ? found.flow : undefined;
  }

  #accept(socket: TLSSocket, remote: Endpoint): void {
    if (!this.#running || this.#connections.size >= MOST_CONNECTIONS) {
      socket.destroy();
      return;
    }
    this.#tend(socket, remote);
    const key = connectionKey(remote);
    const connection: TcpConnection = new TcpConnection({
      transport: 'tls',
      socket,
      local: this.local,
      remote,
      listener: this.#tell(key),
      broken: (reason) => this.#broken(remote, reason),
      deadlines: { clock: this.#parts.clock, accepted: true },
    });
    this.#connections.set(key, connection);
    this.#accepted.set(connection, { socket, alias: undefined });
  }

  #open(remote: Endpoint, name: string | undefined, wish: TlsWish | undefined, key: string): Flow {
    const { store, events, clock, logger } = this.#parts;
    const { rule: usual, context } = store.client(name ?? remote.address, remote.port);
    const rule = withWish(usual, wish);
    const socket = connect({
      host: remote.address,
      port: remote.port,
      ...(isWildcard(this.#asked.address) ? {} : { localAddress: this.#asked.address }),
      secureContext: context,
      servername: serverName(rule.server_name ?? name ?? ''),
      // Judged by OutgoingTls, which knows the rule of this destination.
      rejectUnauthorized: false,
    });
    this.#tend(socket, remote);
    const judged = (failure: TransportFailure | undefined): void => {
      deadline.cancel();
      events.handshake('out', failure === undefined ? 'done' : failure.kind === 'certificate' ? 'refused' : 'failed');
      if (failure !== undefined)
        logger.warn('A TLS connection could not be had', { remote, name, reason: failure.text });
    };
    const listener = this.#tell(key);
    const broken = (reason: string): void => this.#broken(remote, reason);
    const flow = new OutgoingTls({
      ...{ socket, local: this.local, remote, name, rule, wish, clock, listener, broken, judged },
    });
    const deadline = clock.after(CONNECT_DEADLINE_MS, () => flow.expire());
    this.#connections.set(key, flow);
    return flow;
  }

  #tend(socket: Socket, remote: Endpoint): void {
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('error', (error) => this.#parts.logger.debug('A TLS connection failed', { remote, error }));
  }

  #broken(remote: Endpoint, reason: string): void {
    this.#parts.logger.info('A TLS stream could not be read and was closed', { remote, reason });
  }

  #tell(key: string): TransportListener {
    return {
      received: (bytes, flow) => this.#listener?.received(bytes, flow),
      sent: (bytes, flow) => this.#listener?.sent?.(bytes, flow),
      closed: (flow) => {
        if (this.#connections.get(key) === flow) this.#connections.delete(key);
        const { alias } = this.#accepted.get(flow) ?? {};
        if (alias !== undefined) this.#aliases.delete(alias);
        this.#accepted.delete(flow);
        this.#listener?.closed(flow);
      },
    };
  }
}

/** A connection is good for the name that its far end was judged by, and the way in which it was, and for no other. */
const connectionKey = (remote: Endpoint, name = '', wish?: TlsWish): string =>
  `${remote.address} ${remote.port} ${name} ${wishKey(wish)}`;
