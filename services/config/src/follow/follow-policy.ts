import { agentSchema } from '@trunkline/contracts/agent';
import { buckets } from '@trunkline/contracts/nats-map';
import { readTrunk } from '@trunkline/contracts/read-trunk';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Policy } from '@trunkline/policy/policy';
import { createPolicyIndex } from '@trunkline/policy/policy-index';
import type { Bus, Change, Subscription } from '@trunkline/runtime/bus';
import type { Ids } from '@trunkline/runtime/ids';
import type { z } from 'zod';

export type FollowedBucket = 'trunks' | 'agents';

/** Hears of every change of one key, while it wants to. */
export interface KeyWatch {
  stop(): void;
}

/** What the edges are told, as they are told it: for the dry run, and to learn the generation of a change. */
export interface PolicyFollower {
  readonly policy: Policy;
  /** Everything that was there at the start has been read. */
  readonly ready: boolean;
  watchKey(bucket: FollowedBucket, key: string, heard: (change: Change) => void): KeyWatch;
  stop(): Promise<void>;
}

export function followPolicy(parts: {
  readonly bus: Bus;
  readonly openSecret: (sealed: Sealed, key: string) => string;
  readonly ids: Ids;
}): PolicyFollower {
  const index = createPolicyIndex({ openSecret: parts.openSecret, seed: Number.parseInt(parts.ids.hex(4), 16) });
  const listeners = new Map<string, Set<(change: Change) => void>>();
  const ready = { trunks: false, agents: false };
  // Every change is told once and in order, also when NATS lost its data and counts revisions from 1 again.
  let told = 0;

  const follow = async <Document>(
    bucket: FollowedBucket,
    judge: Judge<Document>,
    put: (document: Document, order: number) => void,
    remove: (key: string) => void,
  ): Promise<Subscription> => {
    const heard = (change: Change): void => {
      const document = change.kind === 'put' ? read(judge, change.value) : undefined;
      told += 1;
      if (document === undefined) remove(change.key);
      else put(document, told);
      for (const listener of listeners.get(`${bucket}/${change.key}`) ?? []) listener(change);
    };
    return (await parts.bus.bucket(buckets[bucket])).watch(heard, () => {
      ready[bucket] = true;
    });
  };
  const subscriptions = [
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
  ];

  return {
    policy: index,
    get ready() {
      return ready.trunks && ready.agents;
    },
    watchKey(bucket, key, heard) {
      const name = `${bucket}/${key}`;
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(heard));
      return {
        stop() {
          all.delete(heard);
          if (all.size === 0) listeners.delete(name);
        },
      };
    },
    async stop() {
      for (const subscription of await Promise.all(subscriptions)) await subscription.stop();
    },
  };
}

type Judge<Document> = (json: unknown) => z.ZodSafeParseResult<Document>;

/** Undefined for a document that cannot be read: it means nothing to an edge either. */
function read<Document>(judge: Judge<Document>, text: string): Document | undefined {
  try {
    return judge(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
