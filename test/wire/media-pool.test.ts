import type { MediaListener } from '@trunkline/edge/call/media';
import { reAnchor } from '@trunkline/edge/call/re-anchor';
import { createMediaPool, type MediaPool } from '@trunkline/edge/rtpengine/media-pool';
import { createNgControl } from '@trunkline/edge/rtpengine/ng-control';
import { systemClock } from '@trunkline/runtime/clock';
import { silentLogger } from '@trunkline/runtime/logger';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterEach, expect, test } from 'vitest';
import { MediaParty } from './media-party.ts';
import { mediaProfile } from './media-profile.ts';
import { type RtpengineProcess, startRtpengine } from './media-relay-process.ts';

const running: RtpengineProcess[] = [];
const parties: MediaParty[] = [];
let pool: MediaPool | null = null;

afterEach(async () => {
  pool?.stop();
  for (const party of parties.splice(0)) await party.close();
  for (const rtpengine of running.splice(0)) {
    expect(await rtpengine.sessions()).toBe(0);
    await rtpengine.stop();
  }
});

async function startNode(options: Parameters<typeof startRtpengine>[0] = {}): Promise<RtpengineProcess> {
  const node = await startRtpengine(options);
  running.push(node);
  return node;
}

function startPool(nodes: readonly RtpengineProcess[], silent_ms = 60_000, weights: readonly number[] = []): MediaPool {
  pool = createMediaPool({
    nodes: nodes.map(({ control }, at) => ({
      name: `node-${at}`,
      weight: weights[at] ?? 1,
      control: createNgControl(control),
    })),
    clock: systemClock,
    logger: silentLogger,
    silent_ms,
  });
  pool.start();
  return pool;
}

/** Nobody answers 491 here. */
const never = (): Promise<void> => Promise.reject(new Error('A side answered 491'));

/** The call's two parties, and their answers to a re-INVITE. */
async function connect(relay: MediaPool, number: number, listener: Partial<MediaListener> = {}) {
  const [caller, callee] = [
    await MediaParty.create({ tone_hz: 440, ssrc: 1, srtp: number % 2 === 0 ? 'required' : 'no' }),
    await MediaParty.create({ tone_hz: 1_000, ssrc: 2 }),
  ];
  parties.push(caller, callee);
  const encryption = { caller: number % 2 === 0 ? 'sdes' : 'no', callee: 'no' } as const;
  const session = relay.open(`pool-${number}`, mediaProfile({ encryption }), {
    onLost: () => {},
    onSilent: () => {},
    ...listener,
  });
  const offered = await session.offer('caller', caller.describes());
  callee.considers(offered);
  const answered = await session.answer('callee', callee.describes());
  callee.learns(offered);
  caller.learns(answered);
  session.watch();
  const leg = (party: MediaParty) => ({
    modify: async (sdp: string) => {
      party.considers({ ok: true, sdp });
      party.learns({ ok: true, sdp });
      party.talks();
      return { ok: true, sdp: party.describes() } as const;
    },
  });
  return { session, caller, callee, legs: { caller: leg(caller), callee: leg(callee) } };
}

type Call = Awaited<ReturnType<typeof connect>>;

async function bothHear({ caller, callee }: Call): Promise<void> {
  expect(await caller.hears(caller, callee)).toMatchObject({ tone_hz: 1_000 });
  expect(await callee.hears(caller, callee)).toMatchObject({ tone_hz: 440 });
}

test('a node is killed with calls up: new calls go elsewhere at once, and those on it are taken to another one', async () => {
  const [first, second] = [await startNode(), await startNode()];
  const relay = startPool([first, second]);
  const lost: number[] = [];
  const calls: Call[] = [];
  for (let number = 0; number < 6; number++) {
    calls.push(await connect(relay, number, { onLost: () => lost.push(number) }));
  }
  for (const { caller, callee } of calls) {
    caller.talks();
    callee.talks();
  }
  await Promise.all(calls.map(bothHear));
  expect([await first.sessions(), await second.sessions()]).toEqual([3, 3]);

  running.splice(running.indexOf(first), 1);
  await first.kill();
  const born = await connect(relay, 100);
  await waitUntil(() => lost.length === 3, { what: 'the loss to be noticed' });
  expect(lost.map((number) => calls[number]?.session.isLost)).toEqual([true, true, true]);

  for (const number of lost) {
    const call = calls[number];
    expect(call && (await reAnchor(call.session, call.legs.caller, call.legs.callee, never))).toBe(true);
    expect(call?.session.isLost).toBe(false);
  }
  await Promise.all(calls.map(bothHear));
  const stats = await Promise.all([...calls, born].map(({ session }) => session.release()));
  const moved = stats.filter((one) => one?.nodes?.length === 2);
  expect(moved).toHaveLength(3);
  expect(moved.every((one) => (one?.caller.packets_received ?? 0) > 20)).toBe(true);
});

test('the only node is killed and started again: its calls are taken up there, new ones too', async () => {
  const first = await startNode();
  const relay = startPool([first], 3_000);
  const lost: number[] = [];
  const call = await connect(relay, 1, { onLost: () => lost.push(1) });
  running.splice(0);
  await first.kill();
  await startNode({ control: first.control.port });
  await waitUntil(() => lost.length === 1 && relay.nodes[0]?.isUp, {
    what: 'the loss and the return',
  });
  expect(await reAnchor(call.session, call.legs.caller, call.legs.callee, never)).toBe(true);
  call.caller.talks();
  call.callee.talks();
  await bothHear(call);
  await call.session.release();
});

test('a node that takes no more calls keeps those that it has, and gets no new ones', async () => {
  const [first, second] = [await startNode(), await startNode()];
  const relay = startPool([first, second]);
  const kept = await connect(relay, 1);
  const [of, other] = (await first.sessions()) === 1 ? [first, second] : [second, first];
  await of.console('set maxsessions 0');
  const more = [await connect(relay, 3), await connect(relay, 5)];
  expect([await of.sessions(), await other.sessions()]).toEqual([1, 2]);
  kept.caller.talks();
  kept.callee.talks();
  await bothHear(kept);
  for (const { session } of [kept, ...more]) await session.release();
});

test('weights share the calls out, and a node without weight drains', async () => {
  const nodes = [await startNode(), await startNode(), await startNode()];
  const relay = startPool(nodes, 60_000, [3, 1, 0]);
  const calls: Call[] = [];
  for (let number = 1; number < 17; number += 2) calls.push(await connect(relay, number));
  expect(await Promise.all(nodes.map((node) => node.sessions()))).toEqual([6, 2, 0]);
  for (const { session } of calls) await session.release();
});

test('audio that stops is noticed, and audio that goes on is not', async () => {
  const relay = startPool([await startNode()], 3_000);
  const silent: string[] = [];
  const [talking, mute] = [
    await connect(relay, 1, { onSilent: () => silent.push('talking') }),
    await connect(relay, 3, { onSilent: () => silent.push('mute') }),
  ];
  for (const { caller, callee } of [talking, mute]) {
    caller.talks();
    callee.talks();
  }
  await bothHear(mute);
  // The carrier is gone; the agent talks on.
  mute.caller.peer.silence();
  await waitUntil(() => silent.length > 0, { what: 'the silence to be noticed', deadline_ms: 20_000 });
  expect(new Set(silent)).toEqual(new Set(['mute']));
  for (const { session } of [talking, mute]) await session.release();
});
