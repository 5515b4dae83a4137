import { registeredHost } from '@trunkline/contracts/bindings';
import { Registrar } from '@trunkline/edge/registrar/registrar';
import { createNonces } from '@trunkline/policy/nonces';
import { createPolicyIndex } from '@trunkline/policy/policy-index';
import type { RegisterRequest } from '@trunkline/policy/registrar-update';
import { silentLogger } from '@trunkline/runtime/logger';
import { parseChallenges } from '@trunkline/sip/digest-challenge';
import { formatCredentials } from '@trunkline/sip/digest-credentials';
import { answerChallenge } from '@trunkline/sip/digest-response';
import { createFakeClock, type FakeClock } from '@trunkline/testkit/fake-clock';
import { createMemoryBus, type MemoryBus } from '@trunkline/testkit/memory-bus';
import { beforeEach, describe, expect, it } from 'vitest';
import { anAgent, aTrunk, openSecret, places } from './language/configuration.ts';

const credentials = { username: 'bot-7', password: 'wonderland' };
const agent = anAgent({ uri: `sip:${registeredHost}`, credentials, acl: [] });
const trunk = {
  ...aTrunk({ credentials: { username: 'pbx', password: 'secret' } }),
  registration: 'they-register',
} as const;
const contact = `sip:bot@${places.agent}:5070`;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

let clock: FakeClock;
let bus: MemoryBus;
beforeEach(() => {
  clock = createFakeClock();
  bus = createMemoryBus();
});

async function edge() {
  const policy = createPolicyIndex({ openSecret });
  policy.putAgent(agent, 1);
  policy.putTrunk(trunk, 2);
  const nonces = createNonces(new Uint8Array(32).fill(1));
  const registrar = new Registrar({
    bus,
    clock,
    logger: silentLogger,
    policy,
    policyReady: () => true,
    nonces,
    per_source_s: 50,
  });
  await registrar.start();
  let cseq = 0;
  const send = async (
    request: Partial<RegisterRequest>,
    authorization: string | null,
    to_user = credentials.username,
  ) => {
    let answer: Answer | undefined;
    cseq += 1;
    registrar.receive({
      address: places.agent,
      to_user,
      authorization,
      request: { contacts: [], expires: null, sip_call_id: 'c', cseq, next_hop: () => null, ...request },
      challenge: (www_authenticate) => {
        answer = { status: 401, headers: { 'WWW-Authenticate': www_authenticate.join(', ') } };
      },
      respond: (status, _reason, headers) => {
        answer = { status, headers };
      },
    });
    await clock.settle();
    if (answer === undefined) throw new Error('no answer');
    return answer;
  };
  const register = async (request: Partial<RegisterRequest>, user = credentials, to_user = user.username) => {
    const challenged = await send(request, null, to_user);
    const challenges = parseChallenges(challenged.headers['WWW-Authenticate'] ?? '');
    const answerer = { ...user, method: 'REGISTER', uri: 'sip:trunkline', cnonce: 'c', count: 1 };
    const answer = answerChallenge(challenges, answerer);
    return send(request, answer === undefined ? null : formatCredentials(answer), to_user);
  };
  return { policy, registrar, send, register };
}

const add = { contacts: [{ uri: contact, expires: 120, q: 0.5 }] };

describe('an agent without a fixed place', () => {
  it('registers with digest and is found on every edge', async () => {
    const [first, second] = [await edge(), await edge()];
    const answer = await first.register(add);
    expect(answer).toEqual({ status: 200, headers: { Contact: `<${contact}>;expires=120;q=0.5` } });
    await clock.settle();
    const found = second.policy.agentsByUsername(credentials.username);
    for (const each of found) expect(second.policy.bindingsOf(each, clock.now())).toMatchObject([{ contact }]);
    expect(found.size).toBe(1);
    expect(await second.register({})).toEqual(answer);
  });

  it('is gone when its time is over, and its entry after a while', async () => {
    const { registrar, register } = await edge();
    await register(add);
    expect(registrar.size).toBe(1);
    await clock.advanceAsync(180_000);
    expect(registrar.size).toBe(0);
    expect(await (await bus.bucket('bindings')).keys()).toEqual([]);
    expect(await register({})).toEqual({ status: 200, headers: {} });
  });

  it('removes its binding', async () => {
    const { registrar, register } = await edge();
    await register(add);
    expect(await register({ contacts: '*', expires: 0 })).toEqual({ status: 200, headers: {} });
    expect(registrar.size).toBe(0);
  });

  it('is told what is too brief', async () => {
    const { register } = await edge();
    expect(await register({ contacts: [{ uri: contact, expires: 5, q: null }] })).toEqual({
      status: 423,
      headers: { 'Min-Expires': '60' },
    });
  });

  it('registers on its edge while NATS is away', async () => {
    const { registrar, register } = await edge();
    bus.setConnected(false);
    expect((await register(add)).status).toBe(200);
    expect(registrar.size).toBe(1);
  });
});

it('the way of a REGISTER by proxies is kept and told', async () => {
  const { policy, register } = await edge();
  const path = ['<sip:192.0.2.1:5070;lr>', '<sip:core.example;lr>'];
  const answer = await register({ ...add, path });
  expect(answer).toMatchObject({ status: 200, headers: { Path: '<sip:192.0.2.1:5070;lr>, <sip:core.example;lr>' } });
  for (const each of policy.agentsByUsername(credentials.username)) {
    expect(policy.bindingsOf(each, clock.now())).toMatchObject([{ contact, path }]);
  }
});

describe('who asks too often', () => {
  it('is told to wait', async () => {
    const { send } = await edge();
    for (let time = 0; time < 10; time += 1) expect((await send(add, null)).status).toBe(401);
    expect(await send(add, null)).toEqual({ status: 503, headers: { 'Retry-After': '1' } });
    await clock.advanceAsync(1_000);
    expect((await send(add, null)).status).toBe(401);
  });

  it('is refused unheard after ten wrong passwords, even with the right one, and then heard again', async () => {
    const { register } = await edge();
    const wrong = { ...credentials, password: 'no' };
    for (let time = 0; time < 10; time += 1) {
      expect((await register(add, wrong)).status).toBe(403);
      await clock.advanceAsync(2_000);
    }
    expect((await register(add)).status).toBe(403);
    await clock.advanceAsync(30_000);
    expect((await register(add)).status).toBe(200);
  });
});

describe('who may register', () => {
  it.each([
    ['a wrong password', { username: credentials.username, password: 'no' }, credentials.username, 403],
    ['an unknown user', { username: 'nobody', password: 'no' }, 'nobody', 403],
    ["another's address-of-record", credentials, 'somebody', 403],
    ['the carrier of a trunk that registers with us', { username: 'pbx', password: 'secret' }, 'pbx', 200],
    ['the agent', credentials, credentials.username, 200],
  ] as const)('%s', async (_what, user, to_user, status) => {
    const { register } = await edge();
    expect((await register(add, user, to_user)).status).toBe(status);
  });

  it('nobody without credentials, from whatever address', async () => {
    const { send } = await edge();
    expect((await send(add, null)).status).toBe(401);
    const stranger =
      'Digest username="bot-7", realm="trunkline", nonce="n", uri="sip:x", response="00", qop=auth, nc=00000001, cnonce="c"';
    expect((await send(add, stranger)).headers['WWW-Authenticate']).toContain('stale=true');
    expect((await send(add, 'Digest username="bot-7')).status).toBe(400);
  });
});
