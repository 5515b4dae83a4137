import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import type { ClientCertificates } from '@trunkline/runtime/env-fields';
import { type Endpoint, plainAddress } from './endpoint.ts';
import { peerCertificate } from './judge-far-end.ts';
import { SourceCounts } from './source-counts.ts';
import type { TlsEvents } from './tls-events.ts';
import type { TlsStore } from './tls-store.ts';

/** Milliseconds in which a client has to finish its handshake. */
const HANDSHAKE_DEADLINE_MS = 5_000;
/** Handshakes that may be half done. */
const HALF_OPEN = { each: 64, all: 1_024 } as const;
/** Connections that may be open, half-open ones included. */
const CONNECTIONS = { each: 2_048, all: 8_192 } as const;

export interface TlsAcceptorParts {
  readonly asked: Endpoint;
  readonly client_certificates: ClientCertificates;
  readonly store: TlsStore;
  readonly events: TlsEvents;
  /** A connection whose handshake is done. */
  readonly accepted: (socket: TLSSocket, remote: Endpoint) => void;
  readonly fault: (error: Error) => void;
}

/** Takes connections, counts them by source before a single TLS byte is read, and gives on those that finished a handshake. */
export class TlsAcceptor {
  readonly #parts: TlsAcceptorParts;
  readonly #halfOpen = new SourceCounts(HALF_OPEN);
  readonly #connections = new SourceCounts(CONNECTIONS);
  /** Half-open, by address and port. */
  readonly #waiting = new Map<string, { readonly socket: Socket; readonly done: () => void }>();
  readonly #tls: Server;
  readonly #net: NetServer;

  constructor(parts: TlsAcceptorParts) {
    this.#parts = parts;
    const { store, events, client_certificates } = parts;
    const options: TlsOptions = {
      ...store.server,
      handshakeTimeout: HANDSHAKE_DEADLINE_MS,
      requestCert: client_certificates !== 'none',
      rejectUnauthorized: client_certificates === 'required',
    };
    this.#tls = createServer(options, (socket) => this.#finished(socket));
    this.#tls.on('tlsClientError', () => events.handshake('in', 'failed'));
    // Connections that are up keep the keys that they have.
    store.onChange(() => this.#tls.setSecureContext(store.server));
    this.#net = createNetServer((socket) => this.#accept(socket));
  }

  get half_open(): number {
    return this.#halfOpen.all;
  }

  /** Resolves with the port. */
  listen(): Promise<number> {
    const { asked, fault } = this.#parts;
    return new Promise((resolve, reject) => {
      this.#net.once('error', reject);
      this.#net.listen(asked.port, asked.address, () => {
        this.#net.off('error', reject);
        this.#net.on('error', fault);
        const bound = this.#net.address();
        resolve(bound !== null && typeof bound === 'object' ? bound.port : asked.port);
      });
    });
  }

  async close(): Promise<void> {
    for (const { socket } of this.#waiting.values()) socket.destroy();
    if (this.#net.listening) await new Promise<void>((resolve) => this.#net.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    const source = plainAddress(socket.remoteAddress ?? '');
    const connected = source === '' ? undefined : this.#connections.take(source);
    const handshake = connected === undefined ? undefined : this.#halfOpen.take(source);
    if (connected === undefined || handshake === undefined) {
      connected?.();
      this.#parts.events.handshake('in', 'limited');
      socket.destroy();
      return;
    }
    const key = socketKey(socket);
    this.#waiting.set(key, { socket, done: handshake });
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#settle(key);
      connected();
    });
    this.#tls.emit('connection', socket);
  }

  #settle(key: string): void {
    this.#waiting.get(key)?.done();
    this.#waiting.delete(key);
  }

  #finished(socket: TLSSocket): void {
    const { remoteAddress, remotePort } = socket;
    this.#settle(socketKey(socket));
    // Where a certificate is optional, one that is shown has to be good all the same.
    const wrong = !socket.authorized && peerCertificate(socket) !== undefined;
    const refuse = wrong && this.#parts.client_certificates !== 'none';
    this.#parts.events.handshake('in', refuse ? 'failed' : 'done');
    if (refuse || remoteAddress === undefined || remotePort === undefined) socket.destroy();
    else this.#parts.accepted(socket, { address: plainAddress(remoteAddress), port: remotePort });
  }
}

const socketKey = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
