import { expect, it } from 'vitest';
import { freshRequest, reply } from './sip-server-peer.ts';
import { ask, on, useSample } from './sip-server-sample.ts';

const sample = useSample();

it.each([
  ['message', 'MESSAGE'],
  ['publish', 'PUBLISH'],
  ['options', 'OPTIONS'],
  ['info', 'INFO'],
  ['notify', 'NOTIFY'],
  ['register', 'REGISTER'],
] as const)('srf.%s answers a %s outside a dialog, with its body', async (verb, method) => {
  const { application, peer, server, routed } = sample();
  const app = await application();
  const alice = await peer();
  const heard: string[] = [];
  on(app.srf, verb, (req, res) => {
    heard.push(String(req.body));
    res.send(200, { headers: { 'X-Heard': 'yes' } });
  });
  await routed(app, method !== 'OPTIONS');
  alice.send(freshRequest(alice, method, server, { headers: [['Event', 'x']], body: 'hello' }));
  const answer = await alice.take(
    `200 to ${method}`,
    (one): one is typeof one => one.kind === 'response' && (one.headers.get('cseq') ?? '').endsWith(method),
  );
  expect(answer.headers.get('x-heard')).toBe('yes');
  expect(heard).toContain('hello');
});

it.each(['MESSAGE', 'PUBLISH', 'OPTIONS', 'INFO', 'NOTIFY', 'REGISTER'])(
  'srf.request sends a %s and hears the answer',
  async (method) => {
    const { application, peer } = sample();
    const app = await application();
    const bob = await peer();
    const asked = ask(app.srf, bob.uri, { method, headers: { 'Content-Type': 'text/plain', Event: 'x' }, body: 'hi' });
    const request = await bob.request(method);
    expect(request.body.toString()).toBe('hi');
    reply(bob, request, 200);
    expect(await asked).toBe(200);
  },
);

it('sends by the outbound proxy that it is told', async () => {
  const { application, peer } = sample();
  const app = await application();
  const proxy = await peer();
  const asked = ask(app.srf, 'sip:bob@elsewhere.invalid', { method: 'OPTIONS', proxy: proxy.uri } as never);
  const request = await proxy.request('OPTIONS');
  expect(request.uri).toBe('sip:bob@elsewhere.invalid');
  reply(proxy, request, 200);
  expect(await asked).toBe(200);
});
