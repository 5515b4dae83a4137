import type { Socket } from 'node:net';
import type { Clock } from '@trunkline/runtime/clock';
import type { ParseLimits } from '@trunkline/sip/parse-limits';
import { StreamFramer } from '@trunkline/sip/stream-framer';
import { type Endpoint, endpointText, type TransportName } from './endpoint.ts';
import { ReadingDeadline } from './reading-deadline.ts';
import type { Flow, TransportListener } from './transport.ts';
import { connectionFailure, type TransportFailure } from './transport-failure.ts';

/** Bytes that may wait for a peer that does not read; then the connection is closed. */
const MOST_WAITING_BYTES = 4_194_304;
const PONG = Buffer.from('\r\n');

/** One stream connection as a flow, RFC 3261 §18.3: messages are cut out by Content-Length. */
export class TcpConnection implements Flow {
  readonly transport: TransportName;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly #socket: Socket;
  readonly #listener: TransportListener;

  constructor(parts: {
    readonly transport: TransportName;
    readonly socket: Socket;
    readonly local: Endpoint;
    readonly remote: Endpoint;
    readonly listener: TransportListener;
    readonly limits?: ParseLimits;
    readonly broken: (reason: string, flow: Flow) => void;
    /** For the deadlines of what is read; `accepted`: the far end opened the connection. */
    readonly deadlines?: { readonly clock: Clock; readonly accepted: boolean };
  }) {
    this.transport = parts.transport;
    this.local = parts.local;
    this.remote = parts.remote;
    this.#socket = parts.socket;
    this.#listener = parts.listener;
    const framer = new StreamFramer(parts.limits);
    const stop = (reason: string): void => {
      parts.broken(reason, this);
      parts.socket.destroy();
    };
    const deadline =
      parts.deadlines === undefined ? undefined : new ReadingDeadline({ ...parts.deadlines, expired: stop });
    parts.socket.setNoDelay(true);
    parts.socket.on('data', (chunk: Buffer) => {
      const items = framer.push(chunk);
      deadline?.read(items.length, framer.held_bytes);
      for (const framed of items) {
        if (framed.kind === 'message') parts.listener.received(framed.bytes, this);
        else if (framed.kind === 'ping') this.send(PONG, () => {});
        else stop(framed.reason);
      }
    });
    parts.socket.on('close', () => {
      deadline?.stop();
      parts.listener.closed(this);
    });
  }

  get open(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** Calls back when the connection stands, or will not. */
  settled(done: (stands: boolean) => void): void {
    if (!this.#socket.connecting) {
      done(this.open);
      return;
    }
    this.#socket.once('connect', () => done(true));
    this.#socket.once('close', () => done(false));
  }

  get failure(): TransportFailure | undefined {
    const error = this.#socket.errored;
    return error === null ? undefined : connectionFailure(error, endpointText(this.remote));
  }

  send(bytes: Buffer, failed: (error: Error) => void): void {
    if (this.#socket.writableLength > MOST_WAITING_BYTES) {
      this.#socket.destroy(new Error('the peer does not read'));
    }
    this.#listener.sent?.(bytes, this);
    this.#socket.write(bytes, (error) => {
      if (error) failed(error);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
