import type { Instant } from '@trunkline/contracts/time';
import type { Clock } from '@trunkline/runtime/clock';

/** What one question came to. */
export type DnsAnswer<T> =
  | { readonly kind: 'found'; readonly values: readonly T[]; readonly ttl_s: number }
  | { readonly kind: 'none' }
  /** Nobody answered, or not in a way that means anything. */
  | { readonly kind: 'failed' };

/** Names that are remembered; the one that was asked for first goes first. */
const MOST_NAMES = 10_000;
/** Questions that are open at one time. */
const MOST_QUESTIONS = 1_000;
const LEAST_TTL_S = 1;
const MOST_TTL_S = 3_600;
/** How long it is believed that there is nothing. */
const NONE_S = 30;
/** How long a server that fails is left alone, while the last good answer is used. */
const FAILED_S = 15;
/** How long a good answer is used while no new one can be had (RFC 8767). */
const STALE_S = 3_600;

interface Entry<T> {
  readonly values: readonly T[];
  readonly until: Instant;
  /** When the values were given by a server. */
  readonly good_at: Instant;
}

/**
 * Answers of one kind of question, by name: kept as long as they say, also that there is nothing. One question per name is
 * open at a time, and each has its own deadline, so that a name whose servers are slow keeps nobody else waiting.
 */
export class DnsCache<T> {
  readonly #parts: {
    readonly clock: Clock;
    readonly deadline_ms: number;
    readonly ask: (name: string) => Promise<DnsAnswer<T>>;
  };
  readonly #entries = new Map<string, Entry<T>>();
  readonly #open = new Map<string, Promise<readonly T[]>>();

  /** `ask` must not reject. */
  constructor(parts: {
    readonly clock: Clock;
    readonly deadline_ms: number;
    readonly ask: (name: string) => Promise<DnsAnswer<T>>;
  }) {
    this.#parts = parts;
  }

  get(asked: string): Promise<readonly T[]> {
    const name = asked.toLowerCase();
    const entry = this.#entries.get(name);
    if (entry !== undefined && this.#parts.clock.now() < entry.until) return Promise.resolve(entry.values);
    const open = this.#open.get(name);
    if (open !== undefined) return open;
    if (this.#open.size >= MOST_QUESTIONS) return Promise.resolve(entry?.values ?? []);
    const answer = this.#within(name).then((result) => {
      this.#open.delete(name);
      return this.#keep(name, result);
    });
    this.#open.set(name, answer);
    return answer;
  }

  #within(name: string): Promise<DnsAnswer<T>> {
    const { clock, deadline_ms, ask } = this.#parts;
    return new Promise((resolve) => {
      const deadline = clock.after(deadline_ms, () => resolve({ kind: 'failed' }));
      void ask(name).then((answer) => {
        deadline.cancel();
        resolve(answer);
      });
    });
  }

  #keep(name: string, answer: DnsAnswer<T>): readonly T[] {
    const now = this.#parts.clock.now();
    const entry = this.#entryFor(this.#entries.get(name), answer, now);
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    if (this.#entries.size > MOST_NAMES) {
      const oldest = this.#entries.keys().next();
      if (oldest.done !== true) this.#entries.delete(oldest.value);
    }
    return entry.values;
  }

  #entryFor(last: Entry<T> | undefined, answer: DnsAnswer<T>, now: Instant): Entry<T> {
    const until = (seconds: number): Instant => (now + seconds * 1_000) as Instant;
    if (answer.kind === 'found') {
      const ttl_s = Math.min(Math.max(answer.ttl_s, LEAST_TTL_S), MOST_TTL_S);
      return { values: answer.values, until: until(ttl_s), good_at: now };
    }
    if (answer.kind === 'none') return { values: [], until: until(NONE_S), good_at: now };
    const old = last !== undefined && now - last.good_at < STALE_S * 1_000 ? last : { values: [], good_at: now };
    return { ...old, until: until(FAILED_S) };
  }
}
