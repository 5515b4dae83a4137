import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TrunkState, trunkStateSchema } from '@trunkline/contracts/events/trunk-state';
import { apiClient } from '@trunkline/launcher/demo/api-client';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import type { Bus } from '@trunkline/runtime/bus';
import { systemClock } from '@trunkline/runtime/clock';
import { silentLogger } from '@trunkline/runtime/logger';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { createRegistrarPeer, type RegistrarPeer } from '@trunkline/testkit/sip-peer/registrar-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const count = 45;
const names = ['edge-1', 'edge-2', 'edge-3'] as const;

let stack: Stack;
let registrar: RegistrarPeer;
let bus: Bus;
const edges = new Map<string, Program>();
const states = new Map<string, TrunkState>();

async function startEdge(name: string): Promise<void> {
  const { host, port } = stack.addresses.sipControl;
  const { rtpengine } = stack.addresses;
  const program = await startProgram({
    name,
    command: process.execPath,
    args: [join(root, 'services/edge/dist/main.js')],
    env: {
      TRUNKLINE_NATS_URL: stack.natsUrl('edge'),
      TRUNKLINE_MASTER_KEY_FILE: join(stack.dir, 'secrets/master-key'),
      TRUNKLINE_SIP_SERVER: `${host}:${port}`,
      TRUNKLINE_SIP_SECRET_FILE: join(stack.dir, 'secrets/sip-secret'),
      TRUNKLINE_RTPENGINE: `${rtpengine.host}:${rtpengine.port}`,
      TRUNKLINE_EDGE_ID: name,
      TRUNKLINE_EDGE_HEALTH: `127.0.0.1:${await freePort()}`,
      TRUNKLINE_STATE_DIR: join(stack.dir, name),
    },
  });
  edges.set(name, program);
}

beforeAll(async () => {
  registrar = await createRegistrarPeer({ clock: systemClock, address: '127.0.0.17' });
  stack = await startTemporaryStack({ services: ['sip-server', 'config'] });
  bus = await connectBus({ url: stack.urls.nats, name: 'test', logger: silentLogger, wait: false });
  const bucket = await bus.bucket('registrations');
  await bucket.watch(
    (change) => {
      if (change.kind === 'put') states.set(change.key, trunkStateSchema.parse(JSON.parse(change.value)));
      else states.delete(change.key);
    },
    () => undefined,
  );
  const api = apiClient(stack.token);
  for (let index = 0; index < count; index += 1) {
    await api.post(`${stack.urls.config}/sip-trunks/trunks`, {
      ...{ name: `Trunk ${index}`, provider: 'custom', auth_type: 'userpass' },
      ...{ auth_username: `user-${index}`, auth_password: 'wonderland', qualify_frequency: 0 },
      gateways: [{ gateway_address: registrar.address, port: registrar.port, priority: 1 }],
    });
  }
});
afterAll(async () => {
  for (const program of edges.values()) await program.stop();
  await bus?.close();
  await stack?.stop();
  await registrar?.close();
});

/** Trunks by the edge that holds them, as their entries say; undefined while one is not registered or held by nobody live. */
function holders(live: readonly string[]): Map<string, readonly string[]> | undefined {
  const found = new Map<string, string[]>();
  for (const { edge, registration, trunk } of states.values()) {
    if (edge === null || !live.includes(edge) || registration?.state !== 'registered') return undefined;
    found.set(edge, [...(found.get(edge) ?? []), trunk]);
  }
  return states.size === count ? found : undefined;
}

it('share the trunks, and each is registered by one', async () => {
  for (const name of names) await startEdge(name);
  const found = await waitUntil(() => holders(names)?.size === 3 && holders(names), {
    what: 'three edges to share the trunks',
    deadline_ms: 30_000,
  });
  expect([...found.values()].every((trunks) => trunks.length >= 5)).toBe(true);
});

it('take over the trunks of an edge that is killed, and leave the others alone', async () => {
  const before = holders(names) ?? new Map<string, readonly string[]>();
  const lost = before.get('edge-2')?.length ?? 0;
  const mark = registrar.seen.length;
  edges.get('edge-2')?.kill('SIGKILL');
  const since = () => registrar.seen.slice(mark);
  const found = await waitUntil(() => since().length >= lost && holders(['edge-1', 'edge-3']), {
    what: 'two edges to hold and register all trunks',
    deadline_ms: 30_000,
  });
  for (const [edge, trunks] of before)
    if (edge !== 'edge-2') expect(found.get(edge)).toEqual(expect.arrayContaining([...trunks]));
  // One REGISTER for each trunk that moved, over the Contact that it had, and none for any other.
  expect(since().map(({ expires }) => expires === 0)).toEqual(Array.from({ length: lost }, () => false));
  expect(new Set(since().map(({ contact_user }) => contact_user)).size).toBe(lost);
});

it('give a part back when the edge is there again, each binding removed before it is made anew', async () => {
  const mark = registrar.seen.length;
  await startEdge('edge-2');
  const removals = () => registrar.seen.slice(mark).filter(({ expires }) => expires === 0).length;
  const found = await waitUntil(
    () => {
      const shares = holders(names);
      const moved = shares?.get('edge-2')?.length;
      return removals() === moved && registrar.seen.length - mark === 2 * moved ? shares : undefined;
    },
    { what: 'three edges to share the trunks again', deadline_ms: 30_000 },
  );
  const moved = found.get('edge-2')?.length ?? 0;
  const stories = new Map<string, string>();
  for (const { contact_user, expires } of registrar.seen.slice(mark)) {
    stories.set(contact_user, `${stories.get(contact_user) ?? ''}${expires === 0 ? '-' : '+'}`);
  }
  expect(stories.size).toBe(moved);
  expect(new Set(stories.values())).toEqual(new Set(['-+']));
});
