import { heartbeatLifetime_ms } from '@trunkline/contracts/edge-heartbeat';
import { edgeIdSchema, trunkIdSchema } from '@trunkline/contracts/ids';
import { silentLogger } from '@trunkline/runtime/logger';
import { createFakeClock, type FakeClock } from '@trunkline/testkit/fake-clock';
import { createMemoryBus, type MemoryBus } from '@trunkline/testkit/memory-bus';
import { beforeEach, describe, expect, it } from 'vitest';
import { SharedUsage, tellAfter_ms } from './shared-usage.ts';

const trunk = trunkIdSchema.parse('01J00000000000000000000001');
const second_ms = 1_000;

let clock: FakeClock;
let bus: MemoryBus;

beforeEach(() => {
  clock = createFakeClock();
  bus = createMemoryBus();
});

/** An edge with so many calls on the trunk, and what it knows of the others. */
async function edge(name: string) {
  let [up, admitted] = [0, 0];
  const shared = new SharedUsage({
    ...{ bus, clock, logger: silentLogger, edge: edgeIdSchema.parse(name) },
    read: () => ({ channels: up === 0 ? {} : { [trunk]: up }, admitted: admitted === 0 ? {} : { [trunk]: admitted } }),
  });
  await shared.start();
  await clock.settle();
  return {
    shared,
    begins: (calls = 1) => {
      up += calls;
      admitted += calls;
      shared.changed();
    },
    ends: () => {
      up -= 1;
      shared.changed();
    },
    restarts: () => {
      [up, admitted] = [0, 0];
    },
    channels: () => shared.channels(trunk),
    recent: () => shared.recent(trunk, second_ms, clock.now()),
  };
}

describe('what the other edges carry', () => {
  it('is known a tenth of a second later, on all of them, and never counts one’s own', async () => {
    const [one, two, three] = [await edge('edge-1'), await edge('edge-2'), await edge('edge-3')];
    one.begins();
    two.begins(2);
    await clock.advanceAsync(tellAfter_ms - 1);
    expect([one.channels(), two.channels(), three.channels()]).toEqual([0, 0, 0]);
    await clock.advanceAsync(1);
    expect([one.channels(), two.channels(), three.channels()]).toEqual([2, 1, 3]);
    one.ends();
    await clock.advanceAsync(tellAfter_ms);
    expect([two.channels(), three.channels()]).toEqual([0, 2]);
  });

  it('counts calls of the last second, each once, but not those of before one listened', async () => {
    const one = await edge('edge-1');
    one.begins(5);
    await clock.advanceAsync(tellAfter_ms);
    const late = await edge('edge-2');
    expect([late.channels(), late.recent()]).toEqual([5, 0]);
    one.begins(2);
    await clock.advanceAsync(tellAfter_ms);
    one.begins(1);
    await clock.advanceAsync(tellAfter_ms);
    expect(late.recent()).toBe(3);
    await clock.advanceAsync(second_ms - tellAfter_ms);
    expect(late.recent()).toBe(1);
    await clock.advanceAsync(tellAfter_ms);
    expect(late.recent()).toBe(0);
  });

  it('counts from zero again when an edge began anew', async () => {
    const [one, two] = [await edge('edge-1'), await edge('edge-2')];
    one.begins(5);
    await clock.advanceAsync(tellAfter_ms);
    await clock.advanceAsync(second_ms);
    one.restarts();
    one.begins(2);
    await clock.advanceAsync(tellAfter_ms);
    expect([two.recent(), two.channels()]).toEqual([2, 2]);
  });

  it('stays known while calls last, and is forgotten with an edge that is gone', async () => {
    const [one, two, three] = [await edge('edge-1'), await edge('edge-2'), await edge('edge-3')];
    one.begins();
    await clock.advanceAsync(tellAfter_ms);
    await clock.advanceAsync(3 * heartbeatLifetime_ms);
    expect(two.channels()).toBe(1);
    await one.shared.stop();
    await clock.settle();
    expect(two.channels()).toBe(0);

    two.begins();
    await clock.advanceAsync(tellAfter_ms);
    bus.setConnected(false);
    await clock.advanceAsync(heartbeatLifetime_ms - 1);
    expect(three.channels()).toBe(1);
    await clock.advanceAsync(1);
    expect(three.channels()).toBe(0);
    bus.setConnected(true);
    await clock.advanceAsync(2 * second_ms);
    expect(three.channels()).toBe(1);
  });

  it('writes nothing while nothing changes and no call is up, and leaves no timer', async () => {
    const one = await edge('edge-1');
    const revision = async () => (await (await bus.bucket('usage')).get('edge-1'))?.revision;
    one.begins();
    await clock.advanceAsync(tellAfter_ms);
    one.ends();
    await clock.advanceAsync(tellAfter_ms);
    const before = await revision();
    await clock.advanceAsync(10 * second_ms);
    expect(await revision()).toBe(before);
    await one.shared.stop();
    expect([await revision(), clock.pending()]).toEqual([undefined, []]);
  });

  it('takes no document that is none', async () => {
    const one = await edge('edge-1');
    const bucket = await bus.bucket('usage');
    await bucket.put('edge-2', JSON.stringify({ edge: 'edge-2', channels: { [trunk]: 4 }, admitted: {} }));
    await clock.settle();
    expect(one.channels()).toBe(4);
    await bucket.put('edge-2', '{"channels":{}}');
    await clock.settle();
    expect(one.channels()).toBe(0);
  });
});
