import type { Clock, Timer } from '@trunkline/runtime/clock';
import { type Endpoint, endpointText } from './endpoint.ts';
import type { TcpConnection } from './tcp-connection.ts';

/** How long a request waits for a connection that it could do without. */
const PATIENCE_MS = 1_000;
/** How long a far end counts as one without TCP. */
const MEMORY_MS = 300_000;
const MOST_REMEMBERED = 10_000;

/** Finds out whether a far end that is reached by UDP takes TCP too (RFC 3261 §18.1.1), and remembers those that do not. */
export class StreamTrial {
  readonly #clock: Clock;
  readonly #flowTo: (remote: Endpoint) => TcpConnection | undefined;
  readonly #without = new Map<string, number>();

  constructor(clock: Clock, flowTo: (remote: Endpoint) => TcpConnection | undefined) {
    this.#clock = clock;
    this.#flowTo = flowTo;
  }

  /** Resolves with a connection that stands, `undefined` when there is none to be had. */
  try(remote: Endpoint): Promise<TcpConnection | undefined> {
    const key = endpointText(remote);
    const forgotten_at = this.#without.get(key) ?? 0;
    const flow = forgotten_at > this.#clock.now() ? undefined : this.#flowTo(remote);
    if (flow === undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const end = (stands: boolean): void => {
        deadline.cancel();
        this.#without.delete(key);
        if (!stands) this.#remember(key);
        resolve(stands ? flow : undefined);
      };
      const deadline: Timer = this.#clock.after(PATIENCE_MS, () => end(false));
      flow.settled(end);
    });
  }

  #remember(key: string): void {
    const [oldest] = this.#without.keys();
    if (this.#without.size >= MOST_REMEMBERED && oldest !== undefined) this.#without.delete(oldest);
    this.#without.set(key, this.#clock.now() + MEMORY_MS);
  }
}
