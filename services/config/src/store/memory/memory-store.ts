import { StoreUnavailable } from '../faults.ts';
import type { Store } from '../store.ts';
import { memoryAgentWrites } from './memory-agent-writes.ts';
import { memoryAgents } from './memory-agents.ts';
import { memoryCleaning } from './memory-cleaning.ts';
import { memoryExecutionWrites } from './memory-execution-writes.ts';
import { memoryExecutions } from './memory-executions.ts';
import { memoryJournal } from './memory-journal.ts';
import { documentsOf, emptyState } from './memory-state.ts';
import { memoryTokenWrites } from './memory-token-writes.ts';
import { memoryTokens } from './memory-tokens.ts';
import { memoryTrunkWrites } from './memory-trunk-writes.ts';
import { memoryTrunks } from './memory-trunks.ts';

export interface MemoryStore extends Store {
  /** While true, every method behaves as with a database that is away. */
  away: boolean;
}

/** The fake: passes `store-contract.ts` as the real store does. */
export function createMemoryStore(): MemoryStore {
  const state = emptyState();
  let prepared = false;
  let publishing: Promise<void> = Promise.resolve();
  const demandReach = () => {
    if (store.away) throw new StoreUnavailable('the memory store is away');
  };
  const demandPrepared = () => {
    demandReach();
    if (!prepared) throw new StoreUnavailable('the memory store is not prepared');
  };
  const alone = (work: () => Promise<void>): Promise<void> => {
    const mine = publishing.then(async () => {
      demandPrepared();
      await work();
    });
    publishing = mine.catch(() => {});
    return mine;
  };

  const store: MemoryStore = {
    away: false,
    ...memoryTrunks(state, demandPrepared),
    ...memoryAgents(state, demandPrepared),
    ...memoryTokens(state, demandPrepared),
    ...memoryJournal(state, demandPrepared),
    ...memoryExecutions(state, demandPrepared),
    ...memoryCleaning(state, demandPrepared),
    by: (author) => ({
      ...memoryTrunkWrites(state, demandPrepared, author),
      ...memoryAgentWrites(state, demandPrepared, author),
      ...memoryTokenWrites(state, demandPrepared, author),
      ...memoryExecutionWrites(state, demandPrepared, author),
    }),
    async prepare() {
      demandReach();
      prepared = true;
    },
    async check() {
      demandReach();
    },
    async close() {},
    aloneInPublishing: alone,
    async drainOutbox(limit, publish) {
      let taken = 0;
      await alone(async () => {
        const rows = state.outbox.slice(0, limit);
        const changed = new Map(rows.map((row) => [`${row.bucket}/${row.key}`, row]));
        for (const { bucket, key } of changed.values()) {
          const present = documentsOf(state, bucket).find(({ document }) => document.key === key);
          await publish(present?.document ?? { bucket, key, value: null });
        }
        state.outbox.splice(0, rows.length);
        taken = rows.length;
      });
      return taken;
    },
    async documents(bucket, after, limit) {
      demandPrepared();
      const page = documentsOf(state, bucket)
        .filter(({ id }) => after === undefined || id > after)
        .slice(0, limit);
      return {
        documents: page.map(({ document }) => document),
        next: page.length < limit ? undefined : page.at(-1)?.id,
      };
    },
  };
  return store;
}
