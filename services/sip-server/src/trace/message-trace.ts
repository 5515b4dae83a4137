import type { Instant } from '@trunkline/contracts/time';
import type { Clock } from '@trunkline/runtime/clock';
import { type Endpoint, type TransportName, transportNames } from '../transport/endpoint.ts';
import type { Flow } from '../transport/transport.ts';
import { ByteRing } from './byte-ring.ts';
import { isOfACall } from './is-of-a-call.ts';

export interface TracedMessage {
  readonly at: Instant;
  readonly direction: 'in' | 'out';
  readonly transport: TransportName;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly bytes: Buffer;
  readonly call_id: string;
}

const LONGEST_HEAD = 8_192;
/** Entries that are looked at before others have their turn. */
const PORTION = 500;
/** Of one question. */
const MOST_FOUND = 300;

/** In front of a message: time, direction, transport, both ports, length of both addresses as text. */
const AT = 0;
const DIRECTION = 8;
const TRANSPORT = 9;
const LOCAL_PORT = 10;
const REMOTE_PORT = 12;
const PLACES_BYTES = 14;
const PLACES = 15;
/** Between the addresses. */
const BETWEEN = '|';

/**
 * The newest messages of calls, as they were on the wire, in so many bytes of memory. Keeping one costs next to nothing: which
 * call it is of is found out when somebody asks, and so is what must not be shown.
 */
export class MessageTrace {
  readonly #clock: Clock;
  readonly #ring: ByteRing | undefined;
  readonly #defer: (run: () => void) => void;

  /** `most_bytes` 0: nothing is kept. */
  constructor(parts: {
    readonly clock: Clock;
    readonly most_bytes: number;
    readonly defer: (run: () => void) => void;
  }) {
    this.#clock = parts.clock;
    this.#ring = parts.most_bytes === 0 ? undefined : new ByteRing(parts.most_bytes);
    this.#defer = parts.defer;
  }

  get held_bytes(): number {
    return this.#ring?.held_bytes ?? 0;
  }

  /** How far back it goes, milliseconds. */
  get window_ms(): number {
    const oldest = this.#ring?.oldest();
    return oldest === undefined ? 0 : this.#clock.now() - oldest.readDoubleLE(AT);
  }

  add(direction: TracedMessage['direction'], bytes: Buffer, { transport, local, remote }: Flow): void {
    if (this.#ring === undefined || !isOfACall(bytes)) return;
    const places = `${local.address}${BETWEEN}${remote.address}`;
    const record = this.#ring.add(PLACES + places.length + bytes.length);
    if (record === undefined) return;
    record.writeDoubleLE(this.#clock.now(), AT);
    record[DIRECTION] = direction === 'in' ? 1 : 0;
    record[TRANSPORT] = transportNames.indexOf(transport);
    record.writeUInt16LE(local.port, LOCAL_PORT);
    record.writeUInt16LE(remote.port, REMOTE_PORT);
    record[PLACES_BYTES] = places.length;
    record.write(places, PLACES, 'latin1');
    bytes.copy(record, PLACES + places.length);
  }

  /** Messages of these calls, oldest first, by their Call-IDs. */
  async find(call_ids: ReadonlySet<string>): Promise<readonly TracedMessage[]> {
    const records = this.#ring?.records() ?? [];
    const found: TracedMessage[] = [];
    for (let start = 0; start < records.length && found.length < MOST_FOUND; start += PORTION) {
      if (start > 0) await new Promise<void>((resolve) => this.#defer(resolve));
      for (const read of records.slice(start, start + PORTION)) {
        const record = read();
        const message = record === undefined ? undefined : messageOf(record, call_ids);
        if (message !== undefined) found.push(message);
      }
    }
    return found.slice(0, MOST_FOUND);
  }
}

/** A copy of what is kept, if it is of one of these calls. */
function messageOf(record: Buffer, call_ids: ReadonlySet<string>): TracedMessage | undefined {
  const start = PLACES + (record[PLACES_BYTES] ?? 0);
  const kept = record.subarray(start);
  // Most are of other calls, which is seen without reading them.
  if (![...call_ids].some((call_id) => kept.includes(call_id))) return undefined;
  const call_id = callIdOf(kept);
  if (!call_ids.has(call_id)) return undefined;
  const [local = '', remote = ''] = record.toString('latin1', PLACES, start).split(BETWEEN);
  return {
    at: record.readDoubleLE(AT) as Instant,
    direction: record[DIRECTION] === 1 ? 'in' : 'out',
    transport: transportNames[record[TRANSPORT] ?? 0] ?? 'udp',
    local: { address: local, port: record.readUInt16LE(LOCAL_PORT) },
    remote: { address: remote, port: record.readUInt16LE(REMOTE_PORT) },
    bytes: Buffer.from(kept),
    call_id,
  };
}

const CALL_ID = /\r\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r\n/i;

/** The Call-ID of a message, `''` when it has none. */
const callIdOf = (bytes: Buffer): string => CALL_ID.exec(bytes.toString('utf8', 0, LONGEST_HEAD))?.[1] ?? '';
