import type { Instant } from '@trunkline/contracts/time';
import type { Clock } from '@trunkline/runtime/clock';
import { type Endpoint, type TransportName, transportNames } from '../transport/endpoint.ts';
import type { Flow } from '../transport/transport.ts';
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

/** Messages are longer than this on average: there is a place for as many. */
const USUAL_BYTES = 300;
const LONGEST_HEAD = 8_192;
/** A message may take this part of the memory; a longer one is not kept. */
const LARGEST_PART = 4;
/** Messages that are looked at before others have their turn. */
const PORTION = 500;
/** Of one question. */
const MOST_FOUND = 300;
/** Addresses that are kept once, however many messages they have. */
const MOST_ADDRESSES = 4_096;

/**
 * The newest messages of calls, as they were on the wire, in so many bytes of memory, used again and again. Keeping one is a copy
 * and makes no garbage: which call it is of is found out when somebody asks, and so is what must not be shown.
 */
export class MessageTrace {
  readonly #clock: Clock;
  readonly #defer: (run: () => void) => void;
  readonly #memory: Buffer;
  /** Where the next message goes. */
  #end = 0;
  /** Messages have numbers; that of the oldest, and that of the next. Each has the place of its number modulo their count. */
  #first = 0;
  #next = 0;
  readonly #places: number;
  readonly #start: Float64Array;
  readonly #length: Uint32Array;
  readonly #at: Float64Array;
  /** Index of the transport, and 128 for what came in. */
  readonly #kind: Uint8Array;
  readonly #ports: Uint16Array;
  /** Local and remote by turns. */
  readonly #addresses: string[];
  readonly #call_ids: (string | undefined)[];
  readonly #known = new Map<string, string>();
  #held_bytes = 0;

  /** `most_bytes` 0: nothing is kept. */
  constructor(parts: {
    readonly clock: Clock;
    readonly most_bytes: number;
    readonly defer: (run: () => void) => void;
  }) {
    const places = Math.ceil(parts.most_bytes / USUAL_BYTES);
    this.#clock = parts.clock;
    this.#defer = parts.defer;
    this.#memory = Buffer.allocUnsafeSlow(parts.most_bytes);
    this.#places = places;
    this.#start = new Float64Array(places);
    this.#length = new Uint32Array(places);
    this.#at = new Float64Array(places);
    this.#kind = new Uint8Array(places);
    this.#ports = new Uint16Array(2 * places);
    this.#addresses = new Array<string>(2 * places).fill('');
    this.#call_ids = new Array<string | undefined>(places).fill(undefined);
  }

  get held_bytes(): number {
    return this.#held_bytes;
  }

  /** How far back it goes, milliseconds. */
  get window_ms(): number {
    return this.#first === this.#next ? 0 : this.#clock.now() - (this.#at[this.#first % this.#places] ?? 0);
  }

  add(direction: TracedMessage['direction'], bytes: Buffer, { transport, local, remote }: Flow): void {
    const { length } = bytes;
    if (length > this.#memory.length / LARGEST_PART || !isOfACall(bytes)) return;
    this.#makeRoom(length);
    const place = this.#next % this.#places;
    this.#next += 1;
    bytes.copy(this.#memory, this.#end);
    this.#start[place] = this.#end;
    this.#length[place] = length;
    this.#end += length;
    this.#held_bytes += length;
    this.#at[place] = this.#clock.now();
    this.#kind[place] = transportNames.indexOf(transport) + (direction === 'in' ? IN : 0);
    this.#ports[2 * place] = local.port;
    this.#ports[2 * place + 1] = remote.port;
    this.#addresses[2 * place] = this.#once(local.address);
    this.#addresses[2 * place + 1] = this.#once(remote.address);
    this.#call_ids[place] = undefined;
  }

  /** Messages of these calls, oldest first, by their Call-IDs. */
  async find(call_ids: ReadonlySet<string>): Promise<readonly TracedMessage[]> {
    const found: TracedMessage[] = [];
    const end = this.#next;
    let looked_at = 0;
    for (let number = this.#first; number < end && found.length < MOST_FOUND; number += 1) {
      looked_at += 1;
      if (looked_at % PORTION === 0) await new Promise<void>((resolve) => this.#defer(resolve));
      // Meanwhile older ones may have been written over.
      number = Math.max(number, this.#first);
      const call_id = number < end ? this.#callIdOf(number % this.#places) : '';
      if (call_ids.has(call_id)) found.push(this.#read(number % this.#places, call_id));
    }
    return found;
  }

  /** The oldest messages are where the next one is to be. */
  #makeRoom(length: number): void {
    if (this.#end + length > this.#memory.length) {
      while (this.#first < this.#next && this.#oldest() >= this.#end) this.#drop();
      this.#end = 0;
    }
    while (this.#first < this.#next && this.#oldest() >= this.#end && this.#oldest() < this.#end + length) this.#drop();
    if (this.#next - this.#first === this.#places) this.#drop();
  }

  #oldest(): number {
    return this.#start[this.#first % this.#places] ?? 0;
  }

  #drop(): void {
    this.#held_bytes -= this.#length[this.#first % this.#places] ?? 0;
    this.#first += 1;
  }

  /** Every datagram brings its own copy of an address. */
  #once(address: string): string {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_ADDRESSES) this.#known.clear();
    this.#known.set(address, address);
    return address;
  }

  #bytes(place: number): Buffer {
    const start = this.#start[place] ?? 0;
    return this.#memory.subarray(start, start + (this.#length[place] ?? 0));
  }

  #callIdOf(place: number): string {
    const known =
      this.#call_ids[place] ?? CALL_ID.exec(this.#bytes(place).toString('utf8', 0, LONGEST_HEAD))?.[1] ?? '';
    this.#call_ids[place] = known;
    return known;
  }

  #read(place: number, call_id: string): TracedMessage {
    const kind = this.#kind[place] ?? 0;
    const endpoint = (index: number): Endpoint => ({
      address: this.#addresses[2 * place + index] ?? '',
      port: this.#ports[2 * place + index] ?? 0,
    });
    return {
      at: (this.#at[place] ?? 0) as Instant,
      direction: kind >= IN ? 'in' : 'out',
      transport: transportNames[kind % IN] ?? 'udp',
      local: endpoint(0),
      remote: endpoint(1),
      bytes: Buffer.from(this.#bytes(place)),
      call_id,
    };
  }
}

const IN = 128;
const CALL_ID = /\r\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r\n/i;
