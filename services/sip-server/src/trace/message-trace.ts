import type { Instant } from '@trunkline/contracts/time';
import type { Clock } from '@trunkline/runtime/clock';
import { type Endpoint, isReliable, type TransportName } from '../transport/endpoint.ts';
import type { Flow } from '../transport/transport.ts';
import { isOfACall } from './is-of-a-call.ts';

export interface TracedMessage {
  readonly at: Instant;
  readonly direction: 'in' | 'out';
  readonly transport: TransportName;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly bytes: Buffer;
  /** Read when somebody asks for the first time. */
  readonly call_id: string | undefined;
}

interface Entry extends TracedMessage {
  call_id: string | undefined;
}

/** Beside its bytes. */
const ENTRY_BYTES = 300;
const LONGEST_HEAD = 8_192;
/** Entries that are looked at before others have their turn. */
const PORTION = 500;
/** Of one question. */
const MOST_FOUND = 300;

/**
 * The newest messages of calls, as they were on the wire, in so many bytes of memory. Keeping one costs next to nothing: which
 * call it is of is found out when somebody asks, and so is what must not be shown.
 */
export class MessageTrace {
  readonly #clock: Clock;
  readonly #most_bytes: number;
  readonly #defer: (run: () => void) => void;
  #entries: Entry[] = [];
  #first = 0;
  #held_bytes = 0;

  /** `most_bytes` 0: nothing is kept. */
  constructor(parts: {
    readonly clock: Clock;
    readonly most_bytes: number;
    readonly defer: (run: () => void) => void;
  }) {
    this.#clock = parts.clock;
    this.#most_bytes = parts.most_bytes;
    this.#defer = parts.defer;
  }

  get held_bytes(): number {
    return this.#held_bytes;
  }

  /** How far back it goes, milliseconds. */
  get window_ms(): number {
    const oldest = this.#entries[this.#first];
    return oldest === undefined ? 0 : this.#clock.now() - oldest.at;
  }

  add(direction: TracedMessage['direction'], bytes: Buffer, { transport, local, remote }: Flow): void {
    if (this.#most_bytes === 0 || !isOfACall(bytes)) return;
    // A message of a stream is a part of a larger chunk, which must not be held for it.
    const own = direction === 'in' && isReliable(transport) ? Buffer.from(bytes) : bytes;
    const at = this.#clock.now();
    this.#entries.push({ at, direction, transport, local, remote, bytes: own, call_id: undefined });
    this.#held_bytes += bytes.length + ENTRY_BYTES;
    while (this.#held_bytes > this.#most_bytes) this.#drop();
    if (this.#first > 1_024 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Messages of these calls, oldest first, by their Call-IDs. */
  async find(call_ids: ReadonlySet<string>): Promise<readonly TracedMessage[]> {
    const entries = this.#entries.slice(this.#first);
    const found: TracedMessage[] = [];
    for (let start = 0; start < entries.length && found.length < MOST_FOUND; start += PORTION) {
      if (start > 0) await new Promise<void>((resolve) => this.#defer(resolve));
      for (const entry of entries.slice(start, start + PORTION)) {
        entry.call_id ??= callIdOf(entry.bytes);
        if (call_ids.has(entry.call_id)) found.push(entry);
      }
    }
    return found.slice(0, MOST_FOUND);
  }

  #drop(): void {
    const oldest = this.#entries[this.#first];
    if (oldest === undefined) return;
    this.#held_bytes -= oldest.bytes.length + ENTRY_BYTES;
    this.#first += 1;
  }
}

const CALL_ID = /\r\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r\n/i;

/** The Call-ID of a message, `''` when it has none. */
const callIdOf = (bytes: Buffer): string => CALL_ID.exec(bytes.toString('utf8', 0, LONGEST_HEAD))?.[1] ?? '';
