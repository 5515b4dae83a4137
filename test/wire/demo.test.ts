import { type DemoCall, runDemo } from '@trunkline/launcher/demo/run-demo';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import { messageTitle } from '@trunkline/testkit/sip-peer/message-log';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let stack: Stack;
let calls: readonly DemoCall[] = [];
let faults: readonly string[] = ['the demo did not end'];

beforeAll(async () => {
  stack = await startTemporaryStack();
  const demo = { stack, clock: systemClock, ids: randomIds, onStep: () => undefined, onCall: () => undefined };
  await runDemo(demo);
  // The second run meets the agent, the trunk and the number of the first.
  ({ calls, faults } = await runDemo(demo));
});
afterAll(() => stack?.stop());

it('finds nothing wrong, on the second run either', () => {
  expect(faults).toEqual([]);
  expect(calls.map(({ direction }) => direction)).toEqual(['inbound', 'outbound']);
});

describe('the call in', () => {
  it('is admitted by the address of the carrier and reaches the agent', () => {
    const record = calls[0]?.record;
    expect(record?.admitted_by).toEqual({ by: 'acl', detail: '127.0.0.11/32' });
    expect(record).toMatchObject({ trunk_name: 'Demo carrier', agent_name: 'Demo agent', ended_by: 'caller' });
  });

  it('has audio both ways with each side its own tone, through rtpengine', () => {
    const call = calls[0]?.call;
    expect(call?.toCallee).toMatchObject({ heard_hz: 440, lost: 0 });
    expect(call?.toCaller).toMatchObject({ heard_hz: 1_000, lost: 0 });
    expect(call?.toCallee.sent).toBeGreaterThan(140);
  });
});

describe('the call out', () => {
  it("is admitted by the agent's digest, and answers the carrier's challenge", () => {
    const { record, call } = calls[1] ?? {};
    expect(record?.admitted_by).toEqual({ by: 'digest', detail: 'demo-agent' });
    expect(record).toMatchObject({ direction: 'outbound', ended_by: 'callee' });
    const titles = call?.callee.map(({ message }) => messageTitle(message)) ?? [];
    expect(titles.filter((title) => title === 'INVITE').length).toBe(2);
    expect(titles.some((title) => title.startsWith('407'))).toBe(true);
  });

  it('shows no password in the record or in any log of the messages', () => {
    expect(JSON.stringify(calls[1]?.record)).not.toMatch(/password|response="/i);
  });
});

it('leaves no session and no dialog', async () => {
  expect(await stack.rtpengineSessions()).toBe(0);
});
