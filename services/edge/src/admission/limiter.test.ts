import { accountIdSchema, type CallId, edgeIdSchema, trunkIdSchema } from '@trunkline/contracts/ids';
import type { Admission } from '@trunkline/policy/admission';
import { type Limits, unlimited } from '@trunkline/policy/limits';
import { silentLogger } from '@trunkline/runtime/logger';
import { createFakeClock, type FakeClock } from '@trunkline/testkit/fake-clock';
import { createMemoryBus, type MemoryBus } from '@trunkline/testkit/memory-bus';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../call/call.ts';
import { Calls } from '../call/calls.ts';
import { Limiter, noOthers } from './limiter.ts';
import { SharedUsage, tellAfter_ms } from './shared-usage.ts';

const trunk = trunkIdSchema.parse('01J00000000000000000000001');
const account = accountIdSchema.parse('01J00000000000000000000002');

let clock: FakeClock;
let bus: MemoryBus;
let made = 0;

beforeEach(() => {
  clock = createFakeClock();
  bus = createMemoryBus();
});

/** An edge that has only what limits are counted from. */
async function edge(name: string, limits: Limits, ofAccounts = unlimited) {
  const calls = new Calls(1_000, () => limiter.changed());
  const shared = new SharedUsage({
    ...{ bus, clock, logger: silentLogger, edge: edgeIdSchema.parse(name) },
    read: (now) => limiter.usage(now),
  });
  const limiter: Limiter = new Limiter(calls, ofAccounts, shared);
  await shared.start();
  await clock.settle();
  const admission = { trunk: { id: trunk, account, limits } } as unknown as Admission;
  return {
    limiter,
    /** A call that lasts, or why there is none. */
    calls: () => {
      const cause = limiter.admit(admission, clock.now());
      made += 1;
      const id = `call-${made}` as CallId;
      if (cause === null) calls.add({ state: { facts: { id, trunk, account } } } as unknown as Call);
      return cause;
    },
    hangsUp: () => {
      const [call] = calls.all();
      if (call !== undefined) calls.remove(call.state.facts.id);
    },
  };
}

describe('a limit over two edges', () => {
  it('of channels is one limit as soon as they have told each other', async () => {
    const limits = { channels: 3, calls_per_second: null };
    const [one, two] = [await edge('edge-1', limits), await edge('edge-2', limits)];
    expect([one.calls(), one.calls()]).toEqual([null, null]);
    await clock.advanceAsync(tellAfter_ms);
    expect([two.calls(), two.calls()]).toEqual([null, 'channel-limit']);
    one.hangsUp();
    await clock.advanceAsync(tellAfter_ms);
    expect(two.calls()).toBeNull();
  });

  it('is broken by no more than what the other edge admits before it is told', async () => {
    const limits = { channels: 3, calls_per_second: null };
    const [one, two] = [await edge('edge-1', limits), await edge('edge-2', limits)];
    const before = [one, two, one, two, one, two, one, two].map((each) => each.calls());
    expect(before.filter((cause) => cause === null)).toHaveLength(6);
    await clock.advanceAsync(tellAfter_ms);
    one.hangsUp();
    two.hangsUp();
    await clock.advanceAsync(tellAfter_ms);
    expect([one.calls(), two.calls()]).toEqual(['channel-limit', 'channel-limit']);
  });

  it('of calls per second counts those of both', async () => {
    const limits = { channels: null, calls_per_second: 2 };
    const [one, two] = [await edge('edge-1', limits), await edge('edge-2', limits)];
    one.calls();
    await clock.advanceAsync(tellAfter_ms);
    expect([two.calls(), two.calls()]).toEqual([null, 'rate-limit']);
    await clock.advanceAsync(tellAfter_ms);
    expect(one.calls()).toBe('rate-limit');
    await clock.advanceAsync(1_000);
    expect(one.calls()).toBeNull();
  });

  it('of an account has causes of its own', async () => {
    const ofAccounts = { channels: 2, calls_per_second: null };
    const [one, two] = [await edge('edge-1', unlimited, ofAccounts), await edge('edge-2', unlimited, ofAccounts)];
    one.calls();
    await clock.advanceAsync(tellAfter_ms);
    expect([two.calls(), two.calls()]).toEqual([null, 'account-channel-limit']);
  });
});

describe('what is told', () => {
  it('is nothing where nothing is limited', async () => {
    const one = await edge('edge-1', unlimited);
    one.calls();
    expect(one.limiter.usage(clock.now())).toEqual({ channels: {}, admitted: {} });
  });

  it('is forgotten ten seconds after the last call began, unless one is up', async () => {
    const one = await edge('edge-1', { channels: 3, calls_per_second: null });
    one.calls();
    await clock.advanceAsync(60_000);
    expect(one.limiter.usage(clock.now())).toEqual({ channels: { [trunk]: 1 }, admitted: { [trunk]: 1 } });
    one.hangsUp();
    expect(one.limiter.usage(clock.now())).toEqual({ channels: {}, admitted: {} });
  });
});

it('a single edge is exact', () => {
  const calls = new Calls(10);
  const limiter = new Limiter(calls, unlimited, noOthers);
  const admission = {
    trunk: { id: trunk, account, limits: { channels: null, calls_per_second: 1 } },
  } as unknown as Admission;
  const now = clock.now();
  expect([limiter.admit(admission, now), limiter.admit(admission, now)]).toEqual([null, 'rate-limit']);
});
