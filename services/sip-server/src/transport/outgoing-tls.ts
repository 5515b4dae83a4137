import type { TLSSocket } from 'node:tls';
import type { Clock } from '@trunkline/runtime/clock';
import { type Endpoint, endpointText } from './endpoint.ts';
import { judgeFarEnd, readFarEnd } from './judge-far-end.ts';
import { TcpConnection } from './tcp-connection.ts';
import type { TlsDestination } from './tls-settings.ts';
import type { TlsWish } from './tls-wish.ts';
import type { Flow, TransportListener } from './transport.ts';
import { connectionFailure, type TransportFailure } from './transport-failure.ts';

/** Bytes that may wait for a handshake. */
const MOST_HELD_BYTES = 1_048_576;

export interface OutgoingTlsParts {
  readonly socket: TLSSocket;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Host of the URI, where it is a name. */
  readonly name: string | undefined;
  /** With the wish in it. */
  readonly rule: TlsDestination;
  readonly wish?: TlsWish | undefined;
  readonly clock: Clock;
  readonly listener: TransportListener;
  readonly broken: (reason: string, flow: Flow) => void;
  /** Called once: the far end is the one that was meant, or it is not. */
  readonly judged: (failure: TransportFailure | undefined) => void;
}

/**
 * A connection that we open. What is to be sent is held back until the far end's certificate was judged: not a byte reaches
 * the wrong one, and not a byte of the wrong one is read.
 */
export class OutgoingTls implements Flow {
  readonly transport = 'tls';
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly name: string | undefined;
  readonly tls: TlsWish | undefined;
  readonly #parts: OutgoingTlsParts;
  #connection: TcpConnection | undefined;
  #failure: TransportFailure | undefined;
  #held: { readonly bytes: Buffer; readonly failed: (error: Error) => void }[] = [];
  #held_bytes = 0;
  #heard = false;

  constructor(parts: OutgoingTlsParts) {
    this.#parts = parts;
    this.local = parts.local;
    this.remote = parts.remote;
    this.name = parts.name;
    this.tls = parts.wish;
    const { socket } = parts;
    socket.once('secureConnect', () => this.#judge());
    socket.on('error', (error) => {
      if (this.#connection === undefined) this.#fail(connectionFailure(error, this.#farEnd));
    });
    socket.once('close', () => {
      if (this.#connection === undefined)
        this.#fail({ kind: 'connection', text: `Connection closed by ${this.#farEnd}` });
    });
  }

  get open(): boolean {
    return this.#connection?.open ?? this.#failure === undefined;
  }

  get failure(): TransportFailure | undefined {
    return this.#failure ?? this.#connection?.failure;
  }

  send(bytes: Buffer, failed: (error: Error) => void): void {
    if (this.#connection !== undefined) {
      this.#connection.send(bytes, failed);
      return;
    }
    this.#held_bytes += bytes.length;
    if (this.#failure !== undefined || this.#held_bytes > MOST_HELD_BYTES) {
      queueMicrotask(() => failed(new Error(this.#failure?.text ?? 'too much waits for the handshake')));
      return;
    }
    this.#held.push({ bytes, failed });
  }

  close(): void {
    this.#parts.socket.destroy();
  }

  /** Gives up while the handshake is not done. */
  expire(): void {
    if (this.#connection === undefined) {
      this.#fail({ kind: 'connection', text: `No connection to ${this.#farEnd} in time` });
    }
  }

  get #farEnd(): string {
    return this.name ?? endpointText(this.remote);
  }

  #judge(): void {
    const { socket, rule, listener, broken, judged, clock } = this.#parts;
    if (this.#failure !== undefined) return;
    const name = rule.server_name ?? this.name ?? this.remote.address;
    const failure = judgeFarEnd(readFarEnd(socket, name), rule, name);
    if (failure !== undefined) {
      this.#fail(failure);
      return;
    }
    judged(undefined);
    const connection = new TcpConnection({
      transport: 'tls',
      socket,
      local: this.local,
      remote: this.remote,
      listener: {
        received: (bytes) => {
          this.#heard = true;
          listener.received(bytes, this);
        },
        sent: (bytes) => listener.sent?.(bytes, this),
        closed: () => {
          this.#explainClose(connection.failure);
          listener.closed(this);
        },
      },
      broken: (reason) => broken(reason, this),
      deadlines: { clock, accepted: false },
    });
    this.#connection = connection;
    const held = this.#held;
    this.#held = [];
    for (const { bytes, failed } of held) connection.send(bytes, failed);
  }

  /** RFC 8446 §4.4.2: a client that was refused learns of it after its own handshake is done, or only by the end. */
  #explainClose(known: TransportFailure | undefined): void {
    if (known !== undefined || this.#heard) return;
    this.#failure = { kind: 'tls', text: `Connection closed by ${this.#farEnd} without an answer` };
  }

  #fail(failure: TransportFailure): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#parts.socket.destroy();
    this.#parts.judged(failure);
    const held = this.#held;
    this.#held = [];
    for (const { failed } of held) failed(new Error(failure.text));
    this.#parts.listener.closed(this);
  }
}
