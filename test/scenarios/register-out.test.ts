import type { Trunk } from '@trunkline/contracts/trunk';
import { parseCredentials } from '@trunkline/sip/digest-credentials';
import { digestHa1, verifyDigest } from '@trunkline/sip/digest-response';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  credentials,
  first,
  ok,
  RegisterWorld,
  type Reply,
  registering,
  registrar,
  type Sent,
  second,
  two,
} from './register-world.ts';

let world: RegisterWorld;
beforeEach(() => {
  world = new RegisterWorld();
});
afterEach(() => expect(world.impossible).toEqual([]));

/** How long after the one before, in milliseconds. */
const gaps = (sent: readonly Sent[]): number[] => sent.slice(1).map((each, index) => each.at - (sent[index]?.at ?? 0));

describe('a trunk that registers', () => {
  it.each(['MD5', 'SHA-256'] as const)('answers the challenge with %s, once, and says so', async (algorithm) => {
    world.replies.set(first, registrar({ algorithm }));
    const trunk = registering();
    await world.edge('edge-1', [trunk]);
    const [bare, answered, ...more] = world.registers();
    expect(more).toEqual([]);
    expect(bare?.headers).not.toHaveProperty('Authorization');
    expect(bare).toMatchObject({
      uri: `sip:${first}`,
      headers: { To: `<sip:alice@${first.split(':')[0]}>`, Expires: '3600' },
    });
    const read = parseCredentials(answered?.headers['Authorization'] ?? '');
    if (read.kind !== 'digest') throw new Error(read.kind);
    const ha1 = digestHa1(algorithm, 'alice', 'carrier', credentials.password);
    expect(verifyDigest(read.credentials, 'REGISTER', ha1)).toBe(true);
    expect(answered?.headers['Call-ID']).toBe(bare?.headers['Call-ID']);
    expect(answered?.headers['Contact']).toMatch(/^<sip:tl[0-9a-f]{32}@localhost>;expires=3600$/);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'registered', registrar: first });
    expect(world.told()).toEqual(['trunk.registration.registered']);
  });

  it('refreshes within the granted time, answering before it is asked', async () => {
    world.replies.set(first, registrar({ expires: 100 }));
    await world.edge('edge-1', [registering()]);
    await world.passes(250_000);
    const sent = world.registers();
    expect(sent).toHaveLength(5);
    for (const gap of gaps(sent.slice(1))) expect(gap).toBeLessThanOrEqual(90_100);
    for (const each of sent.slice(1)) expect(each.headers).toHaveProperty('Authorization');
    const counts = sent.slice(1).map(({ headers }) => /nc=(\w+)/.exec(headers['Authorization'] ?? '')?.[1]);
    expect(counts).toEqual(['00000001', '00000002', '00000003', '00000004']);
    const cseqs = sent.map(({ headers }) => Number.parseInt(headers['CSeq'] ?? '', 10));
    expect(cseqs).toEqual([1, 2, 3, 4, 5]);
  });

  it('takes a new nonce when the old one is stale', async () => {
    let nonce = 'n1';
    world.replies.set(first, registrar({ expires: 100, nonce: () => nonce }));
    const trunk = registering();
    await world.edge('edge-1', [trunk]);
    nonce = 'n2';
    await world.passes(85_000);
    expect(world.registers()).toHaveLength(4);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'registered' });
  });

  it('stops at a loop of challenges, says why, and asks again slowly', async () => {
    let nonces = 0;
    world.replies.set(first, () => ({
      status: 401,
      reason: 'Unauthorized',
      headers: { 'WWW-Authenticate': `Digest realm="carrier", nonce="${++nonces}", qop="auth"` },
    }));
    const trunk = registering();
    await world.edge('edge-1', [trunk]);
    expect(world.registers()).toHaveLength(2);
    const failed = { state: 'failed', cause: 'credentials-refused', status: 401, failures: 1, last_success_at: null };
    expect(await world.registrationOf(trunk)).toMatchObject({ ...failed, reason: '401 Unauthorized' });
    await world.passes(4 * 3_600_000);
    const rounds = world.registers().length / 2;
    expect(rounds).toBeGreaterThan(8);
    expect(rounds).toBeLessThan(16);
    expect(world.told().every((type) => type === 'trunk.registration.failed')).toBe(true);
  });

  it('asks for longer when the registrar finds it too brief, and keeps to that', async () => {
    const brief = (request: Sent): Reply =>
      (request.expires ?? 0) < 7_200 ? { status: 423, headers: { 'Min-Expires': '7200' } } : ok(7_200);
    world.replies.set(first, brief);
    const trunk = registering();
    await world.edge('edge-1', [trunk]);
    expect(world.registers().map(({ expires }) => expires)).toEqual([3_600, 7_200]);
    await world.passes(7_200_000);
    expect(world.registers().map(({ expires }) => expires)).toEqual([3_600, 7_200, 7_200]);
  });

  it.each([
    [403, 'Forbidden'],
    [404, 'Not Found'],
  ])('is told %i and asks again after minutes, for ever', async (status, reason) => {
    world.replies.set(first, () => ({ status, reason }));
    const trunk = registering();
    await world.edge('edge-1', [trunk]);
    const failed = { state: 'failed', cause: 'rejected', status, reason: `${status} ${reason}` };
    expect(await world.registrationOf(trunk)).toMatchObject(failed);
    await world.passes(6 * 3_600_000);
    const sent = world.registers();
    expect(sent.length).toBeGreaterThan(12);
    expect(Math.min(...gaps(sent))).toBeGreaterThan(140_000);
    world.replies.set(first, registrar());
    await world.passes(1_900_000);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'registered' });
  });

  it('waits as long as Retry-After asks', async () => {
    world.replies.set(first, () => ({
      status: 503,
      reason: 'Maintenance',
      headers: { 'Retry-After': '120 (upgrade)' },
    }));
    const trunk = registering();
    await world.edge('edge-1', [trunk]);
    await world.passes(119_000);
    expect(world.registers()).toHaveLength(1);
    world.replies.set(first, registrar());
    await world.passes(15_000);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'registered' });
  });

  it('backs off from a silent registrar, never by more than minutes, and never gives up', async () => {
    const trunk = registering();
    await world.edge('edge-1', [trunk]);
    await world.passes(3 * 3_600_000);
    const sent = world.registers();
    const waits = gaps(sent).map((gap) => gap - 32_000);
    expect(waits.slice(0, 4)).toEqual([1_500, 3_000, 6_000, 12_000]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(300_000);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'failed', cause: 'no-answer', status: null });
    world.replies.set(first, registrar());
    await world.passes(340_000);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'registered' });
  });

  it('goes to the next registrar when one does not work, and stays there while it does', async () => {
    world.replies.set(first, () => ({ status: 503 }));
    world.replies.set(second, registrar({ expires: 100 }));
    const trunk = registering(two());
    await world.edge('edge-1', [trunk]);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'registered', registrar: second });
    await world.passes(200_000);
    expect(world.registers(first)).toHaveLength(1);
    world.replies.set(first, registrar({ expires: 100 }));
    world.replies.set(second, () => null);
    await world.passes(120_000);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'registered', registrar: first });
  });

  it('does not ask the next registrar when the carrier refuses', async () => {
    world.replies.set(first, () => ({ status: 403 }));
    world.replies.set(second, registrar());
    await world.edge('edge-1', [registering(two())]);
    await world.passes(60_000);
    expect(world.registers(second)).toEqual([]);
  });

  it('follows a redirect, within bounds', async () => {
    const moved: Reply = { status: 302, headers: { Contact: `<sip:${second}>` } };
    world.replies.set(first, () => moved);
    world.replies.set(second, registrar());
    const trunk = registering();
    await world.edge('edge-1', [trunk]);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'registered' });
    world.replies.set(second, () => moved);
    world.put('edge-1', registering({}, 'other'));
    await world.passes(1_000);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'failed', cause: 'redirected-too-often' });
  });

  it('keeps the route that the registrar names', async () => {
    const route = '<sip:p1.example;lr>, <sip:p2.example;lr>';
    world.replies.set(first, () => ({ status: 200, headers: { 'Service-Route': route, Expires: '60' } }));
    const trunk = registering();
    await world.edge('edge-1', [trunk]);
    expect(await world.registrationOf(trunk)).toMatchObject({
      service_route: ['<sip:p1.example;lr>', '<sip:p2.example;lr>'],
    });
  });

  it('says that the password cannot be opened, without sending anything to answer with', async () => {
    world.replies.set(first, registrar());
    const trunk = registering();
    const foreign = { ...trunk, auth: { ...trunk.auth, kind: 'userpass', username: 'alice', password: 'v1.x.y.z' } };
    await world.edge('edge-1', [foreign as Trunk]);
    expect(world.registers()).toHaveLength(1);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'failed', cause: 'secret-unreadable' });
  });
});
