import type { Socket } from 'node:net';
import type { Application } from './application.ts';
import { encodeFrames, type Outgoing, outgoing, splitPayload } from './frame.ts';
import { FrameDecoder } from './frame-decoder.ts';

/** Bytes waiting for an application: from here on it gets no new work, and its own requests are not read. */
const CONGESTED_BYTES = 4_194_304;
/** Bytes waiting for an application: from here on the connection is given up. */
const MOST_WAITING_BYTES = 67_108_864;

export interface ControlMessage {
  readonly id: string;
  readonly type: string;
  /** Meta fields behind the type. */
  readonly fields: readonly string[];
  readonly sip: Buffer | undefined;
}

export interface ControlClientParts {
  readonly number: number;
  readonly socket: Socket;
  /** Runs a callback after the events that are at hand, so that their frames leave in one write. */
  readonly defer: (run: () => void) => void;
  readonly received: (client: ControlClient, message: ControlMessage) => void;
  readonly closed: (client: ControlClient, reason: string) => void;
}

/** One application's connection: frames in, and a queue of frames out, in order. */
export class ControlClient implements Application {
  readonly number: number;
  authenticated = false;
  tags: readonly string[] = [];
  readonly #parts: ControlClientParts;
  #queue: Outgoing[] = [];
  #queued_bytes = 0;
  #flushing = false;
  #blocked = false;
  #paused = false;
  #closed = false;
  #reason = 'closed by the application';

  constructor(parts: ControlClientParts) {
    this.number = parts.number;
    this.#parts = parts;
    const { socket } = parts;
    const decoder = new FrameDecoder();
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(decoder, chunk));
    socket.on('drain', () => this.#drained());
    socket.on('error', (error) => {
      this.#reason = error.message;
    });
    socket.on('close', () => {
      this.#closed = true;
      this.#queue = [];
      this.#queued_bytes = 0;
      parts.closed(this, this.#reason);
    });
  }

  get open(): boolean {
    return !this.#closed;
  }

  /** Bytes that the application has not taken yet. */
  get waiting_bytes(): number {
    return this.#queued_bytes + this.#parts.socket.writableLength;
  }

  get congested(): boolean {
    return this.waiting_bytes > CONGESTED_BYTES;
  }

  send(meta: string, sip?: Buffer): void {
    if (this.#closed) return;
    const frame = outgoing(meta, sip);
    this.#queue.push(frame);
    this.#queued_bytes += frame.bytes;
    if (this.#queued_bytes > MOST_WAITING_BYTES) this.close('the application does not read');
    else if (!this.#flushing && !this.#blocked) {
      this.#flushing = true;
      this.#parts.defer(() => this.#flush());
    }
  }

  /** Ends the connection; what is queued is still sent when `afterQueue`. */
  close(reason: string, afterQueue = false): void {
    if (this.#closed) return;
    this.#reason = reason;
    this.#closed = !afterQueue;
    if (afterQueue) {
      this.#flush();
      this.#parts.socket.end();
    } else this.#parts.socket.destroy();
  }

  #receive(decoder: FrameDecoder, chunk: Buffer): void {
    const decoded = decoder.push(chunk);
    if (!decoded.ok) {
      this.close(decoded.reason);
      return;
    }
    for (const payload of decoded.payloads) {
      if (this.#closed) return;
      const { fields, sip } = splitPayload(payload);
      const [id = '', type = '', ...rest] = fields;
      this.#parts.received(this, { id, type, fields: rest, sip });
    }
    // Back-pressure: who does not read our answers may not go on asking.
    if (this.congested) {
      this.#paused = true;
      this.#parts.socket.pause();
    }
  }

  #flush(): void {
    this.#flushing = false;
    if (this.#closed || this.#queue.length === 0) return;
    const bytes = encodeFrames(this.#queue, this.#queued_bytes);
    this.#queue = [];
    this.#queued_bytes = 0;
    this.#blocked = !this.#parts.socket.write(bytes);
    this.#resume();
  }

  #drained(): void {
    this.#blocked = false;
    this.#flush();
    this.#resume();
  }

  #resume(): void {
    if (!this.#paused || this.congested) return;
    this.#paused = false;
    this.#parts.socket.resume();
  }
}
