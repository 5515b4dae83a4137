import { promises as dns } from 'node:dns';
import type { Clock } from '@trunkline/runtime/clock';
import type { Resolver } from './resolver.ts';

const DEADLINE_MS = 4_000;

/** The system's resolver, with a deadline of our own for every question. */
export function createNodeResolver(clock: Clock): Resolver {
  const within = <T>(answer: Promise<readonly T[]>): Promise<readonly T[]> =>
    new Promise((resolve) => {
      const deadline = clock.after(DEADLINE_MS, () => resolve([]));
      const finish = (found: readonly T[]): void => {
        deadline.cancel();
        resolve(found);
      };
      answer.then(finish, () => finish([]));
    });
  return {
    srv: async (name) => {
      const records = await within(dns.resolveSrv(name));
      return [...records].sort((a, b) => a.priority - b.priority || b.weight - a.weight);
    },
    addresses: async (name) => {
      const found = await within(dns.lookup(name, { all: true, verbatim: true }));
      return found.map(({ address }) => address);
    },
  };
}
