import { trunkKey } from '@trunkline/contracts/nats-map';
import type { Trunk } from '@trunkline/contracts/trunk';
import { openWorldSecret, worldTrunks } from '@trunkline/policy/admission-world';
import { createPolicyIndex } from '@trunkline/policy/policy-index';
import type { Bucket, Change } from '@trunkline/runtime/bus';
import { silentLogger } from '@trunkline/runtime/logger';
import { expect, it } from 'vitest';
import { followPolicy } from './policy-feed.ts';

const [one, other] = worldTrunks as [Trunk, Trunk];

async function startFeed() {
  const handles: ((change: Change) => void)[] = [];
  const nothing = async (): Promise<never> => {
    throw new Error('not asked for');
  };
  const bucket: Bucket = {
    ...{ get: nothing, put: nothing, delete: nothing, keys: nothing },
    watch: async (handle) => {
      handles.push(handle);
      return { stop: async () => {} };
    },
  };
  const index = createPolicyIndex({ openSecret: openWorldSecret });
  const feed = await followPolicy({ bus: { bucket: async () => bucket }, index, logger: silentLogger });
  const put = (trunk: Trunk, name: string, revision: number): void => {
    const key = trunkKey(trunk.account, trunk.id);
    handles[0]?.({ kind: 'put', key, value: JSON.stringify({ ...trunk, name }), revision });
  };
  const names = () => [one, other].map(({ account, id }) => index.trunk(trunkKey(account, id))?.name);
  return { feed, put, names, tell: (change: Change) => handles[0]?.(change) };
}

it('uses what it is told last, also when NATS lost its data and counts revisions from 1 again', async () => {
  const { feed, put, names } = await startFeed();
  put(one, 'one', 30);
  put(other, 'other', 48);
  put(one, 'one again', 1);
  put(other, 'other again', 2);
  expect(names()).toEqual(['one again', 'other again']);
  expect(feed.applied.trunks).toBe(2);
  put(other, 'other at last', 3);
  expect(names()).toEqual(['one again', 'other at last']);
});

it('forgets a trunk whose document cannot be read, since what means nothing must admit nobody', async () => {
  const { put, names, tell } = await startFeed();
  put(one, 'one', 1);
  tell({ kind: 'put', key: trunkKey(one.account, one.id), value: '{"name":"one"}', revision: 2 });
  expect(names()[0]).toBeUndefined();
  put(one, 'one', 3);
  tell({ kind: 'put', key: trunkKey(one.account, one.id), value: 'no JSON', revision: 4 });
  expect(names()[0]).toBeUndefined();
});
