import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import { afterEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '../fake-clock.ts';
import { waitUntil } from '../wait-until.ts';
import { audioAddress, audioSdp } from './audio-sdp.ts';
import { messageTitle } from './message-log.ts';
import { runScript } from './run-script.ts';
import { createSipPeer, type SipPeer, type SipPeerParts } from './sip-peer.ts';

const offer = audioSdp({ address: '127.0.0.1', port: 40_000 }, ['PCMU', 'PCMA']);
const answer = audioSdp({ address: '127.0.0.2', port: 40_002 }, ['PCMA']);
const open: SipPeer[] = [];

async function peer(name: string, more: Partial<SipPeerParts> = {}): Promise<SipPeer> {
  const made = await createSipPeer({ clock: systemClock, ids: randomIds, address: '127.0.0.1', name, ...more });
  open.push(made);
  return made;
}

const titles = (from: SipPeer, callId: string): string[] =>
  from.log.messages(callId).map(({ way, message }) => `${way === 'sent' ? '>' : '<'} ${messageTitle(message)}`);

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

describe.each(['udp', 'tcp'] as const)('over %s', (transport) => {
  it('rings, answers, changes the description and hangs up', async () => {
    const [alice, bob] = [await peer('alice'), await peer('bob')];
    const outgoing = alice.call({
      to: `${bob.uri('bob')};transport=${transport}`,
      from: alice.uri('alice'),
      sdp: offer,
    });
    const incoming = await bob.nextCall();
    expect(incoming.offer).toBe(offer);
    incoming.ring();
    expect((await outgoing.ringing).status).toBe(180);
    const bobsCall = await incoming.answer(answer);
    const alicesCall = await outgoing.answered;
    expect(alicesCall?.remoteSdp()).toBe(answer);
    expect(audioAddress(alicesCall?.remoteSdp() ?? '')).toEqual({ address: '127.0.0.2', port: 40_002 });

    const held = audioSdp({ address: '127.0.0.1', port: 40_000 }, ['PCMU'], 'sendonly');
    expect((await alicesCall?.reinvite(held))?.status).toBe(200);
    expect(bobsCall?.remoteSdp()).toBe(held);
    expect(await bobsCall?.hangUp('Q.850;cause=16')).toBe(200);
    expect(await alicesCall?.ended).toEqual({ by: 'them', reason: 'Q.850;cause=16' });
    expect([alice.liveCalls(), bob.liveCalls()]).toEqual([0, 0]);
    expect(titles(alice, outgoing.callId)).toEqual([
      '> INVITE',
      '< 180 Ringing (INVITE)',
      '< 200 OK (INVITE)',
      '> ACK',
      '> INVITE',
      '< 200 OK (INVITE)',
      '> ACK',
      '< BYE',
      '> 200 OK (BYE)',
    ]);
  });

  it('takes a cancelled call back: 487, and the ACK that ends it', async () => {
    const [alice, bob] = [await peer('alice'), await peer('bob')];
    const outgoing = alice.call({
      to: `${bob.uri('bob')};transport=${transport}`,
      from: alice.uri('alice'),
      sdp: offer,
    });
    const incoming = await bob.nextCall();
    incoming.ring();
    await outgoing.ringing;
    outgoing.cancel();
    await incoming.cancelled;
    expect((await outgoing.final)?.status).toBe(487);
    expect(await outgoing.answered).toBeUndefined();
    await waitUntil(() => titles(bob, outgoing.callId).includes('< ACK'), { what: 'the ACK of 487' });
    incoming.ring();
    expect(await incoming.answer(answer)).toBeUndefined();
  });
});

describe.each([
  { status: 401, algorithm: 'MD5' },
  { status: 407, algorithm: 'SHA-256' },
] as const)('challenged with $status $algorithm', ({ status, algorithm }) => {
  const challenging = { username: 'trunk', password: 'right', realm: 'carrier.example', status, algorithm };

  it('answers once with credentials and goes on', async () => {
    const [alice, carrier] = [await peer('alice'), await peer('carrier', { challenging })];
    carrier.onCall((call) => runScript(systemClock, call, { ring_after_ms: 0, answer_after_ms: 5 }, () => answer));
    const credentials = { username: 'trunk', password: 'right' };
    const outgoing = alice.call({ to: carrier.uri('1'), from: alice.uri('alice'), sdp: offer, credentials });
    const call = await outgoing.answered;
    expect(await call?.hangUp()).toBe(200);
    const sent = alice.log.messages(outgoing.callId).filter(({ way }) => way === 'sent');
    expect(sent.map(({ message }) => message.headers.get('cseq'))).toEqual([
      '1 INVITE',
      '1 ACK',
      '2 INVITE',
      '2 ACK',
      '3 BYE',
    ]);
  });

  it.each([
    ['a wrong password', { username: 'trunk', password: 'wrong' }, 403],
    ['another user', { username: 'other', password: 'right' }, 403],
    ['no credentials', undefined, status],
  ])('does not admit %s', async (_, credentials, expected) => {
    const [alice, carrier] = [await peer('alice'), await peer('carrier', { challenging })];
    const dial = { to: carrier.uri('1'), from: alice.uri('alice'), sdp: offer };
    const outgoing = alice.call(credentials ? { ...dial, credentials } : dial);
    expect((await outgoing.final)?.status).toBe(expected);
  });
});

it('refuses with the status and headers it is told', async () => {
  const [alice, bob] = [await peer('alice'), await peer('bob')];
  bob.onCall((call) =>
    runScript(systemClock, call, { refuse: { status: 486, headers: [['Retry-After', '5']] } }, () => ''),
  );
  const final = await alice.call({ to: bob.uri('bob'), from: alice.uri('alice'), sdp: offer }).final;
  expect([final?.status, final?.headers.get('retry-after')]).toEqual([486, '5']);
});

it('answers OPTIONS, knows no other request, and no dialog that it does not have', async () => {
  const [alice, bob] = [await peer('alice'), await peer('bob')];
  expect((await alice.request('OPTIONS', bob.uri('bob')))?.status).toBe(200);
  expect((await alice.request('MESSAGE', bob.uri('bob')))?.status).toBe(405);
  expect((await alice.request('BYE', bob.uri('bob'), [['To', `<${bob.uri('bob')}>;tag=gone`]]))?.status).toBe(481);
});

it('repeats an INVITE over UDP at 0.5, 1.5, 3.5 … s and gives up after 32 s (timers A and B)', async () => {
  const clock = createFakeClock();
  const silent = createSocket('udp4');
  silent.bind(0, '127.0.0.1');
  await once(silent, 'listening');
  const alice = await peer('alice', { clock });
  const { port } = silent.address();
  const outgoing = alice.call({ to: `sip:x@127.0.0.1:${port}`, from: alice.uri('alice'), sdp: offer });
  const start = clock.now();
  clock.advance(40_000);
  expect(await outgoing.final).toBeUndefined();
  const times = alice.log.messages(outgoing.callId).map(({ at }) => at - start);
  expect(times).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
  expect(clock.pending()).toEqual([]);
  silent.close();
});

it('repeats 200 to INVITE until the ACK, and gives up on one that never comes (RFC 3261 section 13.3.1.4)', async () => {
  const clock = createFakeClock();
  const bob = await peer('bob', { clock });
  const rude = createSocket('udp4');
  rude.bind(0, '127.0.0.1');
  await once(rude, 'listening');
  const { port } = rude.address();
  const invite = [
    `INVITE ${bob.uri('bob')} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=z9hG4bK1`,
    'From: <sip:rude@127.0.0.1>;tag=1',
    `To: <${bob.uri('bob')}>`,
    'Call-ID: rude-1',
    'CSeq: 1 INVITE',
    `Contact: <sip:rude@127.0.0.1:${port}>`,
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');
  rude.send(invite, bob.port, '127.0.0.1');
  const incoming = await bob.nextCall();
  const done = incoming.answer(answer);
  clock.advance(9_000);
  const sent = () => bob.log.messages('rude-1').filter(({ way }) => way === 'sent');
  expect(sent().length).toBe(5);
  rude.send(invite, bob.port, '127.0.0.1');
  await waitUntil(() => sent().length === 6, { what: 'the answer to a repeated INVITE' });
  clock.advance(30_000);
  expect(await done).toBeUndefined();
  rude.close();
});
