import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountIdSchema, agentIdSchema, type CallId, callIdSchema } from '@trunkline/contracts/ids';
import {
  hangupReplySchema,
  hangupSubject,
  type OriginateReply,
  type OriginateRequest,
  originateReplySchema,
  originateSubject,
} from '@trunkline/contracts/originate';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { type Bus, BusDownError } from '@trunkline/runtime/bus';
import { randomIds } from '@trunkline/runtime/ids';
import { silentLogger } from '@trunkline/runtime/logger';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { createTestAuthority } from '@trunkline/testkit/certificates';
import type { PeerCall } from '@trunkline/testkit/sip-peer/call';
import type { IncomingCall } from '@trunkline/testkit/sip-peer/incoming-call';
import type { SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { MediaParty, type PartyOptions } from './media-party.ts';
import { tlsPeer, tlsUri } from './tls-world.ts';
import { type Tenant, tenantOf } from './world/tenant.ts';

const CARRIER = '127.0.0.71';
const AGENT = '127.0.0.72';
const numbers = { plain: '+4930666001', secure: '+4930666002' } as const;

const authority = createTestAuthority();
let stack: Stack;
let tenant: Tenant;
let bus: Bus;
let carrier: SipPeer;
let agent: SipPeer;
let desk = '';
let account = '';
const parties: MediaParty[] = [];

beforeAll(async () => {
  stack = await startTemporaryStack({ env: { TRUNKLINE_SIP_TLS_CA: authority.certificate } });
  tenant = tenantOf(stack);
  bus = await connectBus({ url: stack.urls.nats, name: 'test', logger: silentLogger, wait: false });
  const trusted = { ...authority, certificate: join(authority.folder, 'stack.pem') };
  copyFileSync(join(stack.dir, 'secrets/sip-certificate.pem'), trusted.certificate);
  carrier = await tlsPeer('carrier', trusted, authority.issue('carrier', { names: [`IP:${CARRIER}`] }), CARRIER);
  agent = await tlsPeer('agent', trusted, authority.issue('agent', { names: [`IP:${AGENT}`] }), AGENT);
  desk = await tenant.agent({ name: 'Desk', uri: `sip:desk@${AGENT}:${agent.port}` });
  const trunk = async (name: string, number: string, more: Readonly<Record<string, unknown>>): Promise<void> => {
    const made = await tenant.trunk({ name, ip_identifiers: [{ ip_address: CARRIER }], ...more });
    await tenant.map(desk, await tenant.number(made, number));
    await tenant.applied(made, [number]);
  };
  await trunk('Plain', numbers.plain, { gateways: [{ gateway_address: CARRIER, port: carrier.port }] });
  await trunk('Secure', numbers.secure, {
    gateways: [{ gateway_address: CARRIER, port: carrier.tls_port }],
    transport: 'transport-tls',
    media_encryption: 'sdes',
  });
  const agents = await bus.bucket('agents');
  account = (await agents.keys()).find((key) => key.endsWith(desk))?.split('.')[0] ?? '';
});
afterEach(async () => {
  for (const party of parties.splice(0)) await party.close();
  await waitUntil(async () => (await stack.rtpengineSessions()) === 0, { what: 'no media session to be left' });
  await waitUntil(() => carrier.liveCalls() + agent.liveCalls() === 0, { what: 'no call to be left' });
});
afterAll(async () => {
  for (const peer of [carrier, agent]) await peer?.close();
  await bus?.close();
  await stack?.stop();
  authority.remove();
});

async function party(options: PartyOptions): Promise<MediaParty> {
  const made = await MediaParty.create(options);
  parties.push(made);
  return made;
}

const ways = ['plain', 'secure'] as const;
type Way = (typeof ways)[number];

const outsideParty = (way: Way) =>
  party({ srtp: way === 'secure' ? 'required' : 'no', tone_hz: 440, ssrc: 71, address: CARRIER });
const insideParty = () => party({ tone_hz: 1_000, ssrc: 72, address: AGENT });
const sdp = (text: string) => ({ ok: true, sdp: text }) as const;

/** Answers an offer of ours in words. */
function answerOf(side: MediaParty, offer: string): string {
  side.considers(sdp(offer));
  const answer = side.describes();
  side.learns(sdp(offer));
  return answer;
}

async function bothHear(outside: MediaParty, inside: MediaParty): Promise<void> {
  outside.talks();
  inside.talks();
  expect((await inside.hears(inside, outside)).tone_hz).toBe(440);
  expect((await outside.hears(inside, outside)).tone_hz).toBe(1_000);
}

function there<T>(what: string, thing: T | undefined): T {
  if (thing === undefined) throw new Error(`no ${what}`);
  return thing;
}

/** The carrier calls without an offer; `answers` is what its ACK says. */
function callWithoutOffer(way: Way, answers: (offer: string) => string) {
  const { sip, sipTls } = stack.addresses;
  const to =
    way === 'plain'
      ? `sip:${numbers.plain}@${sip.host}:${sip.port}`
      : tlsUri(numbers.secure, { address: sipTls.host, tls_port: sipTls.port });
  return carrier.call({ to, from: carrier.uri('+12025550100'), sdp: '', answers });
}

test.each(ways)('a carrier calls without an offer, %s: the agent gets one, and both hear', async (way) => {
  const [outside, inside] = await Promise.all([outsideParty(way), insideParty()]);
  let offer = '';
  const out = callWithoutOffer(way, (text) => {
    offer = text;
    return answerOf(outside, text);
  });
  const incoming = await agent.nextCall();
  expect(incoming.offer).toContain('RTP/AVP');
  expect(incoming.offer).not.toContain('a=crypto');
  incoming.ring(183, inside.describes());
  expect((await out.ringing).body.toString()).toBe('');
  void incoming.answer(answerOf(inside, incoming.offer));
  const call = there('answer', await out.answered);
  expect(offer).toContain(way === 'secure' ? 'RTP/SAVP' : 'RTP/AVP');
  await bothHear(outside, inside);
  expect(await call.hangUp()).toBe(200);
  const record = await tenant.recordTo(numbers[way]);
  expect(record).toMatchObject({ outcome: 'completed', cause: 'caller-hung-up' });
  expect(record['media']).toMatchObject({ finding: 'Audio came from both sides.' });
});

test.each([
  { who: 'carrier', way: 'secure' },
  { who: 'agent', way: 'plain' },
] as const)('the $who asks for an offer in a re-INVITE, $way, and moves', async ({ who, way }) => {
  const [outside, inside] = await Promise.all([outsideParty(way), insideParty()]);
  const out = callWithoutOffer(way, (offer) => answerOf(outside, offer));
  const incoming = await agent.nextCall();
  const answered = incoming.answer(answerOf(inside, incoming.offer));
  const ofCarrier = there('answer', await out.answered);
  const ofAgent = there('ACK', await answered);
  const [asking, asked] = who === 'carrier' ? [ofCarrier, ofAgent] : [ofAgent, ofCarrier];
  const [mover, other] = who === 'carrier' ? [outside, inside] : [inside, outside];
  await mover.movesPort();
  // It goes on as it is, and hears in the ACK what the asking side answered.
  asked.onReinvite(() => other.describes());
  // RFC 3261 §14.1: the edge may still be busy with the answer in the ACK.
  const status = await waitUntil(
    async () => {
      const heard = (await asking.askForOffer((offer) => answerOf(mover, offer)))?.status;
      return heard === 491 ? undefined : heard;
    },
    { what: 'the re-INVITE to be taken' },
  );
  expect(status).toBe(200);
  await bothHear(outside, inside);
  expect(await ofCarrier.hangUp()).toBe(200);
});

test('an ACK without an answer ends both sides, which are told why', async () => {
  const out = callWithoutOffer('plain', () => '');
  const inside = await insideParty();
  const incoming = await agent.nextCall();
  const callee = incoming.answer(answerOf(inside, incoming.offer));
  const ends = [there('answer', await out.answered), there('call', await callee)].map(({ ended }) => ended);
  for (const end of await Promise.all(ends)) {
    expect(end).toMatchObject({ by: 'them', reason: expect.stringContaining('no answer to our offer') });
  }
});

const newCall = (): CallId => callIdSchema.parse(randomIds.ulid());

async function originate(from: string, to: string, more: Partial<OriginateRequest> = {}): Promise<OriginateReply> {
  const request: OriginateRequest = {
    call: newCall(),
    account: accountIdSchema.parse(account),
    agent: agentIdSchema.parse(desk),
    from,
    to,
    trunk: null,
    ring_timeout_s: 30,
    headers: { 'X-Ticket': '42' },
    ...more,
  };
  return originateReplySchema.parse(JSON.parse(await bus.request(originateSubject, JSON.stringify(request), 10_000)));
}

interface Originated {
  readonly call: CallId;
  readonly callee: PeerCall;
  readonly atAgent: IncomingCall;
}

/** The carrier has answered, and the agent's phone rings. */
async function answeredByCallee(way: Way, to: string, outside: MediaParty): Promise<Originated> {
  const reply = await originate(numbers[way], to);
  if (!reply.ok) throw new Error(reply.message);
  const incoming = await carrier.nextCall();
  expect(incoming.offer).toContain(way === 'secure' ? 'RTP/SAVP' : 'RTP/AVP');
  incoming.ring();
  const callee = there('ACK', await incoming.answer(answerOf(outside, incoming.offer)));
  return { call: reply.call, callee, atAgent: await agent.nextCall() };
}

test.each([
  { way: 'plain', to: '+12025550171' },
  { way: 'secure', to: '+12025550172' },
] as const)('a call is made for an agent, $way: the callee first, and both hear', async ({ way, to }) => {
  const [outside, inside] = await Promise.all([outsideParty(way), insideParty()]);
  const { call, callee, atAgent } = await answeredByCallee(way, to, outside);
  const { headers } = atAgent.request;
  expect(headers.get('x-ticket')).toBe('42');
  expect(headers.get('x-trunkline-call-id')).toBe(call);
  expect(headers.get('from')).toContain(`<sip:${to}@`);
  const agentsCall = there('ACK', await atAgent.answer(answerOf(inside, atAgent.offer)));
  await bothHear(outside, inside);
  expect(await (way === 'plain' ? callee : agentsCall).hangUp()).toBe(200);
  expect(await tenant.recordTo(to)).toMatchObject({
    id: call,
    direction: 'outbound',
    source: null,
    outcome: 'completed',
    cause: way === 'plain' ? 'callee-hung-up' : 'caller-hung-up',
    media: { finding: 'Audio came from both sides.' },
  });
});

test('the agent refuses, and the callee is told why', async () => {
  const to = '+12025550173';
  const { callee, atAgent } = await answeredByCallee('plain', to, await outsideParty('plain'));
  atAgent.refuse(603);
  expect(await callee.ended).toMatchObject({ by: 'them', reason: expect.stringContaining('agent refused') });
  expect(await tenant.recordTo(to)).toMatchObject({ outcome: 'failed', cause: 'agent-refused' });
});

test('the callee hangs up while the agent rings, and the agent is cancelled', async () => {
  const to = '+12025550174';
  const { callee, atAgent } = await answeredByCallee('plain', to, await outsideParty('plain'));
  atAgent.ring();
  expect(await callee.hangUp()).toBe(200);
  await atAgent.cancelled;
  expect(await tenant.recordTo(to)).toMatchObject({ cause: 'callee-hung-up', ended_by: 'callee' });
});

test('a request that is sent again makes no second call, and one that cannot be met is refused with a reason', async () => {
  const to = '+12025550175';
  const call = newCall();
  const replies = [await originate(numbers.plain, to, { call }), await originate(numbers.plain, to, { call })];
  expect(replies).toEqual([
    { ok: true, call },
    { ok: true, call },
  ]);
  (await carrier.nextCall()).refuse(486);
  expect(await tenant.recordTo(to)).toMatchObject({ id: call, outcome: 'busy' });
  expect(await tenant.outcomesTo(to)).toEqual({ busy: 1 });
  expect(await originate('+4930000000', to)).toMatchObject({ ok: false, cause: 'caller-number-not-owned' });
});

/** What the edge says to a request to end the call; undefined when no edge has it. */
async function hangUp(call: CallId): Promise<boolean | undefined> {
  try {
    return hangupReplySchema.parse(JSON.parse(await bus.request(hangupSubject(call), '', 10_000))).ok;
  } catch (error) {
    if (error instanceof BusDownError) return undefined;
    throw error;
  }
}

test('a call is ended on request, while it rings and while it is up', async () => {
  const ringing = await originate(numbers.plain, '+12025550176');
  const incoming = await carrier.nextCall();
  incoming.ring();
  expect(await hangUp(ringing.ok ? ringing.call : newCall())).toBe(true);
  await incoming.cancelled;
  expect(await tenant.recordTo('+12025550176')).toMatchObject({ cause: 'hung-up-by-operator' });

  const outside = await outsideParty('plain');
  const { call, callee, atAgent } = await answeredByCallee('plain', '+12025550177', outside);
  const agentsCall = there('ACK', await atAgent.answer(answerOf(await insideParty(), atAgent.offer)));
  expect(await hangUp(call)).toBe(true);
  expect(await callee.ended).toMatchObject({ by: 'them', reason: expect.stringContaining('ended over the API') });
  expect(await agentsCall.ended).toMatchObject({ by: 'them' });
  expect(await tenant.recordTo('+12025550177')).toMatchObject({ cause: 'hung-up-by-operator', outcome: 'completed' });
  // Nobody has it any more: that is said at once.
  expect(await hangUp(call)).toBeUndefined();
});
