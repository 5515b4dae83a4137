import { accessSchema } from '@trunkline/contracts/access';
import { agentSchema } from '@trunkline/contracts/agent';
import { edgeHeartbeatSchema } from '@trunkline/contracts/edge-heartbeat';
import { trunkStateSchema } from '@trunkline/contracts/events/trunk-state';
import { edgeIdSchema } from '@trunkline/contracts/ids';
import { type BucketName, buckets } from '@trunkline/contracts/nats-map';
import { trunkSchema } from '@trunkline/contracts/trunk';
import type { Bus, Change, Subscription } from '@trunkline/runtime/bus';
import type { Clock } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import type { z } from 'zod';
import { trunkFacts } from '../view/trunks-view.ts';
import type { View } from '../view/view.ts';

/** All but the registrar's own. */
export type FollowedBucket = Exclude<BucketName, 'bindings' | 'usage'>;

export interface BucketsFollower extends Subscription {
  /** Buckets whose present entries have not all been read yet. */
  missing(): readonly FollowedBucket[];
}

/** How the entries of one bucket go into the view. `fresh`: the entry was written while we watched. */
interface Applier {
  put(key: string, json: unknown, revision: number, fresh: boolean): z.ZodError | undefined;
  delete(key: string): void;
}

/** Watches every bucket. An entry that does not read is treated as absent: what cannot be understood is not shown. */
export async function followBuckets(parts: {
  readonly bus: Bus;
  readonly view: View;
  readonly clock: Clock;
  readonly logger: Logger;
}): Promise<BucketsFollower> {
  const { bus, logger } = parts;
  const missing = new Set<FollowedBucket>(['trunks', 'agents', 'edges', 'tokens', 'registrations']);
  const appliers = createAppliers(parts.view, parts.clock);
  const watches: Subscription[] = [];
  for (const name of [...missing]) {
    const bucket = await bus.bucket(buckets[name]);
    const handle = (change: Change): void => {
      const fault = apply(appliers[name], change, !missing.has(name));
      if (fault === undefined) return;
      // The key of a token is its hash: as good as nothing to people, and better not in a log.
      const key = name === 'tokens' ? undefined : change.key;
      logger.warn('An entry does not read and is left out', { bucket: name, key, revision: change.revision, fault });
    };
    watches.push(await bucket.watch(handle, () => void missing.delete(name)));
  }
  return {
    missing: () => [...missing],
    stop: async () => void (await Promise.all(watches.map((watch) => watch.stop()))),
  };
}

function apply(applier: Applier, change: Change, fresh: boolean): string | undefined {
  if (change.kind === 'delete') {
    applier.delete(change.key);
    return undefined;
  }
  let json: unknown;
  try {
    json = JSON.parse(change.value);
  } catch {
    applier.delete(change.key);
    return 'not JSON';
  }
  const error = applier.put(change.key, json, change.revision, fresh);
  if (error === undefined) return undefined;
  applier.delete(change.key);
  return error.issues.map(({ path, code }) => `${path.join('.') || 'entry'}: ${code}`).join(', ');
}

function createAppliers(view: View, clock: Clock): Readonly<Record<FollowedBucket, Applier>> {
  const { trunks, trunkStates, edges, tokens, changes } = view;
  return {
    trunks: {
      put(key, json, revision) {
        const { data: trunk, error } = trunkSchema.safeParse(json);
        if (trunk === undefined) return error;
        trunks.putTrunk(key, trunkFacts(trunk, revision));
        changes.tell({ kind: 'trunk', trunk: trunk.id, account: trunk.account });
        return undefined;
      },
      delete(key) {
        const gone = trunks.deleteTrunk(key);
        if (gone !== undefined) changes.tell({ kind: 'trunk', trunk: gone.id, account: gone.account });
      },
    },
    agents: {
      put(key, json) {
        const { data: agent, error } = agentSchema.safeParse(json);
        if (agent === undefined) return error;
        trunks.putAgent(key, agent);
        return undefined;
      },
      delete: (key) => trunks.deleteAgent(key),
    },
    registrations: {
      put(key, json) {
        const { data: state, error } = trunkStateSchema.safeParse(json);
        if (state === undefined) return error;
        trunkStates.put(key, state);
        changes.tell({ kind: 'trunk', trunk: state.trunk, account: state.account });
        return undefined;
      },
      delete(key) {
        const gone = trunkStates.delete(key);
        if (gone !== undefined) changes.tell({ kind: 'trunk', trunk: gone.trunk, account: gone.account });
      },
    },
    edges: {
      put(_key, json, _revision, fresh) {
        const { data: beat, error } = edgeHeartbeatSchema.safeParse(json);
        if (beat === undefined) return error;
        const applied = edges.put(beat, clock.now(), fresh);
        changes.tell({ kind: 'edges', applied });
        return undefined;
      },
      delete(key) {
        const { data: edge } = edgeIdSchema.safeParse(key);
        if (edge === undefined) return;
        edges.delete(edge);
        changes.tell({ kind: 'edges', applied: true });
      },
    },
    tokens: {
      put(key, json) {
        const { data: access, error } = accessSchema.safeParse(json);
        if (access === undefined) return error;
        tokens.put(key, access);
        return undefined;
      },
      delete: (key) => tokens.delete(key),
    },
  };
}
