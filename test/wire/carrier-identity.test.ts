import { type ParsedCredentials, parseCredentials } from '@trunkline/sip/digest-credentials';
import { digestHa1, verifyDigest } from '@trunkline/sip/digest-response';
import type { SipMessage, SipRequest, SipResponse } from '@trunkline/sip/message';
import { tagOf } from '@trunkline/sip/name-addr';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anAgent, aTrunk, numbers } from '../scenarios/language/configuration.ts';
import { type EdgeWorld, startEdge } from './edge-world.ts';
import { cseqOf } from './signalling-call.ts';
import { ackOfFailure, type BarePeer, followUp, freshRequest, openPeer, reply, SDP } from './sip-server-peer.ts';
import { startTarget, type Target } from './sip-server-target.ts';

const carrierUser = { username: 'acme-49', password: 'battery staple' };

let target: Target;
let world: EdgeWorld;
let agent: BarePeer;
let carrier: BarePeer;
let server: string;

beforeAll(async () => {
  // Nothing here is about timers, and a busy machine must not see retransmissions for new requests.
  target = await startTarget(2_000);
  const place = await target.sip('udp');
  server = `${place.host}:${place.port}`;
  agent = await openPeer('udp', place);
  carrier = await openPeer('udp', place);
  const bot = anAgent({ uri: `sip:${agent.place.host}:${agent.place.port}`, acl: ['127.0.0.1/32'] });
  const trunk = aTrunk({
    acl: ['127.0.0.1/32'],
    credentials: carrierUser,
    gateways: [],
    numbers: [{ agent: bot }],
    caller_identity: { trusted: true },
  });
  const [gateway] = aTrunk({ gateways: ['127.0.0.1'] }).gateways;
  const gateways = gateway === undefined ? [] : [{ ...gateway, port: carrier.place.port }];
  world = await startEdge(target, { trunks: [{ ...trunk, gateways }], agents: [bot], algorithms: ['SHA-256', 'MD5'] });
});

afterAll(async () => {
  world.close();
  await Promise.all([agent.close(), carrier.close()]);
  await target.stop();
});

const sha256 = (nonce: string, more = '') =>
  `Digest realm="carrier", nonce="${nonce}", algorithm=SHA-256, qop="auth,auth-int"${more}`;
const md5 = (nonce: string) => `Digest realm="carrier", nonce="${nonce}", qop="auth", opaque="o,p"`;

/** The credentials of a request, which must be good. */
function proven(request: SipRequest, field: 'authorization' | 'proxy-authorization') {
  const parsed: ParsedCredentials = parseCredentials(request.headers.get(field) ?? '');
  if (parsed.kind !== 'digest') throw new Error(`${request.method} without ${field}`);
  const { credentials } = parsed;
  const { username, password } = carrierUser;
  expect(
    verifyDigest(credentials, request.method, digestHa1(credentials.algorithm, username, 'carrier', password)),
  ).toBe(true);
  expect(credentials.uri).toBe(request.uri);
  return { algorithm: credentials.algorithm, nonce: credentials.nonce, nc: credentials.protection?.nc };
}

const known = new Set<string>();

/** The carrier's next request of that method, of a new call or after `before`; one that is sent again is not a new one. */
async function next(method: string, before?: SipRequest): Promise<SipRequest> {
  const isNew = (one: SipRequest) => (before === undefined ? !known.has(callIdOf(one)) : isLater(one, before));
  const fits = (one: SipMessage): one is SipRequest => one.kind === 'request' && one.method === method && isNew(one);
  const found = await carrier.take(`a new ${method}`, fits, 30_000);
  known.add(callIdOf(found));
  return found;
}

const callIdOf = (one: SipRequest): string => one.headers.get('call-id') ?? '';

function isLater(one: SipRequest, before: SipRequest): boolean {
  return callIdOf(one) === callIdOf(before) && cseqOf(one) > cseqOf(before);
}

function finalOf(request: SipRequest): Promise<SipResponse> {
  const { method } = request;
  const fits = (one: SipMessage): one is SipResponse =>
    one.kind === 'response' && one.status >= 200 && one.headers.get('cseq') === `${cseqOf(request)} ${method}`;
  return agent.take(`the answer to ${method}`, fits, 30_000);
}

function challenges(request: SipRequest, ...fields: readonly string[]): void {
  const headers = fields.map((field) => ['WWW-Authenticate', field] as const);
  reply(carrier, request, 401, { tag: 'carrier', headers });
}

test('a carrier challenges INVITE, re-INVITE and BYE with SHA-256 and MD5, and sees who calls', async () => {
  const invite = freshRequest(agent, 'INVITE', `sip:${numbers.callee}@${server}`, { body: SDP(40_000) });
  invite.headers.set('From', `<sip:${numbers.ours}@${server}>;tag=agent`);
  agent.send(invite);

  const first = await next('INVITE');
  expect(first.headers.get('authorization')).toBeUndefined();
  expect(first.headers.get('p-asserted-identity')).toBe(`<sip:${numbers.ours}@${server}>`);
  expect(first.headers.get('from')).toContain(`<sip:${numbers.ours}@${server}>`);
  challenges(first, md5('m1'), sha256('s1'));

  const second = await next('INVITE', first);
  expect(proven(second, 'authorization')).toEqual({ algorithm: 'SHA-256', nonce: 's1', nc: '00000001' });
  expect(second.headers.get('call-id')).toBe(first.headers.get('call-id'));
  expect(tagOf(second.headers.get('from') ?? '')).toBe(tagOf(first.headers.get('from') ?? ''));
  expect(cseqOf(second)).toBe(cseqOf(first) + 1);
  expect(second.headers.get('p-asserted-identity')).toBe(`<sip:${numbers.ours}@${server}>`);
  challenges(second, md5('m2'), sha256('s2', ', stale=true'));

  const third = await next('INVITE', second);
  expect(proven(third, 'authorization')).toEqual({ algorithm: 'SHA-256', nonce: 's2', nc: '00000001' });
  reply(carrier, third, 200, { tag: 'carrier', body: SDP(41_000) });
  const answer = await finalOf(invite);
  expect(answer.status).toBe(200);
  agent.send(followUp(invite, answer, 'ACK', 1));

  // RFC 3261 §14.2: before our ACK is looked at, a re-INVITE hears 491.
  const isUp = () => world.edge.calls.all().some(({ state }) => state.phase === 'confirmed');
  await waitUntil(isUp, { what: 'the call to be up', deadline_ms: 30_000 });
  const asked = followUp(invite, answer, 'INVITE', 2, { body: SDP(40_002) });
  agent.send(asked);
  const reinvite = await next('INVITE', third);
  expect(proven(reinvite, 'authorization')).toEqual({ algorithm: 'SHA-256', nonce: 's2', nc: '00000002' });
  challenges(reinvite, sha256('s3'));
  const reinviteAgain = await next('INVITE', reinvite);
  expect(proven(reinviteAgain, 'authorization')).toMatchObject({ nonce: 's3', nc: '00000001' });
  reply(carrier, reinviteAgain, 200, { tag: 'carrier', body: SDP(41_002) });
  agent.send(followUp(invite, await finalOf(asked), 'ACK', 2));

  agent.send(followUp(invite, answer, 'BYE', 3));
  const bye = await next('BYE', reinviteAgain);
  expect(proven(bye, 'authorization')).toMatchObject({ nonce: 's3', nc: '00000002' });
  reply(carrier, bye, 407, { tag: 'carrier', headers: [['Proxy-Authenticate', md5('m4')]] });
  const byeAgain = await next('BYE', bye);
  expect(proven(byeAgain, 'proxy-authorization')).toEqual({ algorithm: 'MD5', nonce: 'm4', nc: '00000001' });
  reply(carrier, byeAgain, 200, { tag: 'carrier' });

  const record = await world.record(invite.headers.get('call-id') ?? '');
  expect(record).toMatchObject({
    outcome: 'completed',
    caller: { asserted: numbers.ours, asserted_by: 'p-asserted-identity', presented: numbers.ours },
    attempts: [{ status: 200 }],
  });
}, 60_000);

test('a carrier that does not take our answer hears no third INVITE', async () => {
  const invite = freshRequest(agent, 'INVITE', `sip:${numbers.callee}@${server}`, { body: SDP(40_000) });
  invite.headers.set('From', `<sip:${numbers.ours}@${server}>;tag=agent`);
  agent.send(invite);
  const first = await next('INVITE');
  challenges(first, sha256('x1'));
  challenges(await next('INVITE', first), sha256('x2'));
  const refused = await finalOf(invite);
  expect(refused.status).toBe(503);
  agent.send(ackOfFailure(invite, refused));
  const record = await world.record(invite.headers.get('call-id') ?? '');
  expect(record).toMatchObject({ cause: 'credentials-refused', attempts: [{ status: 401 }] });
}, 60_000);

test('an agent sees the caller that the carrier asserts, and who diverted the call', async () => {
  const headers = [
    ['P-Asserted-Identity', '"Eve, really" <sip:+4989777@carrier.example>, <tel:+4989777>'],
    ['Diversion', '<sip:+4930100@carrier.example>;reason=no-answer'],
    ['History-Info', '<sip:+4930100@a.example>;index=1, <sip:+4930123456@b.example>;index=1.1'],
  ] as const;
  const invite = freshRequest(carrier, 'INVITE', `sip:${numbers.ours}@${server}`, { body: SDP(41_000), headers });
  invite.headers.set('From', '<sip:+491700@carrier.example>;tag=carrier');
  carrier.send(invite);
  const seen = await agent.request('INVITE', 30_000);
  expect(seen.headers.get('from')).toContain(`<sip:+4989777@${server}>`);
  expect(seen.headers.get('p-asserted-identity')).toBe(`<sip:+4989777@${server}>`);
  expect(seen.headers.get('diversion')).toBe('<sip:+4930100@carrier.example>;reason=no-answer');
  expect(seen.headers.get('history-info')).toBe('<sip:+4930100@a.example>;index=1');
  reply(agent, seen, 486);
  carrier.send(ackOfFailure(invite, await carrier.response(486, 'INVITE', 30_000)));
  const record = await world.record(invite.headers.get('call-id') ?? '');
  expect(record.caller).toEqual({
    asserted: '+4989777',
    asserted_by: 'p-asserted-identity',
    presented: '+491700',
    private: false,
    diversions: [
      { from: '+4930100', reason: 'no-answer', by: 'diversion' },
      { from: '+4930100', reason: null, by: 'history-info' },
    ],
  });
}, 60_000);

test('OPTIONS of a known source is answered in full; an unknown one hears 403, and two challenges to its INVITE', async () => {
  carrier.send(freshRequest(carrier, 'OPTIONS', `sip:${server}`));
  const answered = await carrier.response(200, 'OPTIONS', 30_000);
  expect(answered.headers.get('allow')).toMatch(/\bINVITE\b.*\bOPTIONS\b/);
  expect(answered.headers.get('accept')).toBe('application/sdp');
  expect(answered.headers.get('supported')).toMatch(/\btimer\b/);

  world.forget();
  carrier.send(freshRequest(carrier, 'OPTIONS', `sip:${server}`));
  const unknown = await carrier.response(403, 'OPTIONS', 30_000);
  expect(unknown.headers.get('allow')).toBeUndefined();

  const invite = freshRequest(carrier, 'INVITE', `sip:${numbers.ours}@${server}`, { body: SDP(41_000) });
  carrier.send(invite);
  const challenged = await carrier.response(401, 'INVITE', 30_000);
  carrier.send(ackOfFailure(invite, challenged));
  expect(challenged.headers.lines('www-authenticate').map((line) => /algorithm=([\w-]+)/.exec(line)?.[1])).toEqual([
    'SHA-256',
    'MD5',
  ]);
}, 60_000);
