import { agentSchema } from '@trunkline/contracts/agent';
import { buckets } from '@trunkline/contracts/nats-map';
import { readTrunk } from '@trunkline/contracts/read-trunk';
import type { PolicyIndex } from '@trunkline/policy/policy-index';
import type { Bus, Change, Subscription } from '@trunkline/runtime/bus';
import type { Logger } from '@trunkline/runtime/logger';
import type { z } from 'zod';

/** Revisions of the buckets that admission uses now. */
export interface Applied {
  readonly trunks: number;
  readonly agents: number;
}

export interface PolicyFeed {
  /** Every trunk and agent that was there at the start is in the index. */
  readonly ready: boolean;
  readonly applied: Applied;
  stop(): Promise<void>;
}

/** Follows KV `trunks` and `agents` into the index: a change is applied whole, in one synchronous step. */
export async function followPolicy(parts: {
  readonly bus: Pick<Bus, 'bucket'>;
  readonly index: PolicyIndex;
  readonly logger: Logger;
  /** The index is not what it was. */
  readonly onChange?: () => void;
}): Promise<PolicyFeed> {
  const { bus, index, logger, onChange = () => {} } = parts;
  const applied = { trunks: 0, agents: 0 };
  const ready = { trunks: false, agents: false };
  // Every change is told once and in order. Revisions are no measure of what is newer: they start again when NATS lost its data.
  let told = 0;
  const follow = async <Document>(
    bucket: 'trunks' | 'agents',
    read: (json: unknown) => z.ZodSafeParseResult<Document>,
    put: (document: Document, order: number) => void,
    remove: (key: string) => void,
  ): Promise<Subscription> => {
    const apply = (change: Change): void => {
      const document = change.kind === 'put' ? parseDocument(read, change.value) : null;
      if (change.kind === 'put' && document === null) {
        // Fail closed: what cannot be read admits nobody.
        logger.error('A published document cannot be read', { bucket, key: change.key, revision: change.revision });
      }
      told += 1;
      if (document === null) remove(change.key);
      else put(document, told);
      applied[bucket] = change.revision;
      onChange();
    };
    return (await bus.bucket(buckets[bucket])).watch(apply, () => {
      ready[bucket] = true;
      onChange();
    });
  };
  const subscriptions = await Promise.all([
    follow(
      'trunks',
      readTrunk,
      (trunk, order) => index.putTrunk(trunk, order),
      (key) => index.removeTrunk(key),
    ),
    follow(
      'agents',
      (json) => agentSchema.safeParse(json),
      (agent, order) => index.putAgent(agent, order),
      (key) => index.removeAgent(key),
    ),
  ]);
  return {
    get ready() {
      return ready.trunks && ready.agents;
    },
    get applied() {
      return { ...applied };
    },
    stop: async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
    },
  };
}

function parseDocument<Document>(
  read: (json: unknown) => z.ZodSafeParseResult<Document>,
  text: string,
): Document | null {
  try {
    return read(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
