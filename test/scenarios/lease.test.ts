import { heartbeatLifetime_ms } from '@trunkline/contracts/edge-heartbeat';
import type { Trunk } from '@trunkline/contracts/trunk';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aTrunk, places } from './language/configuration.ts';
import { RegisterWorld, registrar } from './register-world.ts';

const place = `${places.carrier}:5060`;
const credentials = { username: 'alice', password: 'wonderland' };
const trunks: readonly Trunk[] = Array.from({ length: 60 }, () => ({
  ...aTrunk({ credentials, gateways: [places.carrier] }),
  registration: 'we-register',
}));

let world: RegisterWorld;
beforeEach(() => {
  world = new RegisterWorld();
  world.replies.set(place, registrar());
});
afterEach(() => expect(world.impossible).toEqual([]));

async function owners(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const trunk of trunks) {
    const state = await world.stateOf(trunk);
    expect(state?.registration?.state).toBe('registered');
    const edge = state?.edge ?? 'nobody';
    counts[edge] = (counts[edge] ?? 0) + 1;
  }
  return counts;
}

it('are shared by the edges, each registered by one', async () => {
  for (const edge of ['edge-1', 'edge-2', 'edge-3']) await world.edge(edge, trunks);
  await world.passes(5_000);
  const shares = await owners();
  expect(Object.keys(shares).sort()).toEqual(['edge-1', 'edge-2', 'edge-3']);
  expect(Math.min(...Object.values(shares))).toBeGreaterThan(8);
});

it('move from an edge that dies to the others, in less than ten seconds, once each', async () => {
  for (const edge of ['edge-1', 'edge-2', 'edge-3']) await world.edge(edge, trunks);
  await world.passes(10_000);
  const before = world.registers().length;
  const lost = (await owners())['edge-2'] ?? 0;
  world.dies('edge-2');
  await world.passes(heartbeatLifetime_ms + 1_500);
  const shares = await owners();
  expect(Object.keys(shares).sort()).toEqual(['edge-1', 'edge-3']);
  // A challenge and its answer for each trunk that moved, and nothing for the others.
  expect(world.registers().length - before).toBe(2 * lost);
});

it('are left by their old edge before a new one registers them', async () => {
  await world.edge('edge-1', trunks);
  const before = world.registers().length;
  await world.edge('edge-2', trunks);
  await world.passes(5_000);
  const moved = (await owners())['edge-2'] ?? 0;
  expect(moved).toBeGreaterThan(8);
  const since = world.registers().slice(before);
  expect(since.filter(({ expires }) => expires === 0)).toHaveLength(moved);
  // By Contact: removed, and only then registered again.
  const story = new Map<string, string>();
  for (const { headers, expires } of since) {
    const contact = headers['Contact']?.split('>')[0] ?? '';
    story.set(contact, `${story.get(contact) ?? ''}${expires === 0 ? '-' : '+'}`);
  }
  expect(new Set(story.values())).toEqual(new Set(['-++']));
});

it('stay where they are while NATS is away, and for a while after', async () => {
  for (const edge of ['edge-1', 'edge-2']) await world.edge(edge, trunks);
  await world.passes(5_000);
  const before = world.registers().length;
  world.bus.setConnected(false);
  await world.passes(60_000);
  world.bus.setConnected(true);
  await world.passes(10_000);
  expect(world.registers()).toHaveLength(before);
  expect(Object.keys(await owners()).sort()).toEqual(['edge-1', 'edge-2']);
});
