import type { CallFacts } from '@trunkline/edge/call/call-state';
import { sessionForA } from '@trunkline/edge/call/late-offer';
import type { MediaSession } from '@trunkline/edge/call/media';
import { placeholderKeyLength, placeholderOffer } from '@trunkline/edge/call/placeholder-offer';
import { createNgControl, type NgControl } from '@trunkline/edge/rtpengine/ng-control';
import { createRtpengineRelay } from '@trunkline/edge/rtpengine/rtpengine-relay';
import { randomIds } from '@trunkline/runtime/ids';
import { type Law, payloadTypes } from '@trunkline/testkit/rtp-peer/g711';
import type { SrtpSuite } from '@trunkline/testkit/rtp-peer/srtp';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { MediaParty, type PartyOptions, textOf } from './media-party.ts';
import { mediaProfile } from './media-profile.ts';
import { type RtpengineProcess, startRtpengine } from './media-relay-process.ts';

const deaf = { onLost: () => {}, onSilent: () => {} };
const asksForOurOffer = { leg_a: 'is-offered' } as CallFacts;
const ways = { no: 'no', offered: 'sdes-optional', required: 'sdes' } as const;
type Way = keyof typeof ways;
const wayPairs = (Object.keys(ways) as Way[]).flatMap((a) => (Object.keys(ways) as Way[]).map((b) => [a, b] as const));

let rtpengine: RtpengineProcess;
let control: NgControl;
const parties: MediaParty[] = [];
const sessions: MediaSession[] = [];
let calls = 0;

beforeAll(async () => {
  rtpengine = await startRtpengine({
    interfaces: ['outside/127.0.0.1', 'outside/::1', 'inside/127.0.0.1', 'inside/::1'],
  });
  control = createNgControl(rtpengine.control);
});
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.release();
  for (const party of parties.splice(0)) await party.close();
  expect(await rtpengine.sessions()).toBe(0);
});
afterAll(async () => {
  control.close();
  await rtpengine.stop();
});

interface Side {
  readonly law: Law;
  readonly srtp: Way;
  readonly suite?: SrtpSuite;
  readonly address?: string;
}

interface Call {
  readonly session: MediaSession;
  readonly caller: MediaParty;
  readonly callee: MediaParty;
}

async function party(options: PartyOptions): Promise<MediaParty> {
  const made = await MediaParty.create(options);
  parties.push(made);
  return made;
}

/** The callee talks as soon as it has answered, the caller when it has answered our offer. */
async function connect(ofCaller: Side, ofCallee: Side): Promise<Call> {
  const profile = mediaProfile({
    encryption: { caller: ways[ofCaller.srtp], callee: ways[ofCallee.srtp] },
    address: { caller: ofCaller.address ?? '127.0.0.1', callee: ofCallee.address ?? null },
  });
  const caller = await party({ ...ofCaller, tone_hz: 440, ssrc: 1 });
  const callee = await party({ ...ofCallee, tone_hz: 1_000, ssrc: 2 });
  const session = createRtpengineRelay(control).open(`late-${++calls}`, profile, deaf);
  sessions.push(session);

  const key = Buffer.from(randomIds.hex(placeholderKeyLength), 'hex');
  const toCallee = await session.offer('caller', placeholderOffer(profile, key));
  callee.considers(toCallee);
  const answer = callee.describes();
  callee.learns(toCallee);
  callee.talks();
  const toCaller = await sessionForA(asksForOurOffer, session, answer);
  caller.considers(toCaller);
  const agreement = await session.answer('caller', caller.describes());
  caller.learns(toCaller);
  caller.talks();
  // The callee never sees what was made of the caller's answer: it must be what it knows.
  expect(transportOf(textOf(agreement))).toBe(transportOf(textOf(toCallee)));
  return { session, caller, callee };
}

function transportOf(sdp: string): string | undefined {
  return /^m=audio \d+ \S+/m.exec(sdp)?.[0];
}

async function bothHear({ caller, callee }: Call): Promise<void> {
  for (const [listener, speaker] of [
    [caller, callee],
    [callee, caller],
  ] as const) {
    expect((await listener.hears(caller, callee)).tone_hz).toBe(speaker.options.tone_hz);
    expect(listener.peer.received().payload_types).toEqual([payloadTypes[listener.options.law ?? 'PCMU']]);
    expect(listener.peer.rejected()).toBe(0);
  }
}

const lawPairs: readonly (readonly [Law, Law])[] = [
  ['PCMU', 'PCMU'],
  ['PCMA', 'PCMU'],
  ['PCMU', 'PCMA'],
  ['PCMA', 'PCMA'],
];

test.each(wayPairs)('every pair of codecs: caller with SRTP %s, callee with SRTP %s', async (caller, callee) => {
  await Promise.all(
    lawPairs.map(async ([ofCaller, ofCallee]) =>
      bothHear(await connect({ law: ofCaller, srtp: caller }, { law: ofCallee, srtp: callee })),
    ),
  );
});

test('the caller chooses the suite', async () => {
  const suites = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32', 'AES_256_CM_HMAC_SHA1_80'] as const;
  await Promise.all(
    suites.map(async (suite) =>
      bothHear(await connect({ law: 'PCMU', srtp: 'required', suite }, { law: 'PCMU', srtp: 'required' })),
    ),
  );
});

test('from IPv4 to IPv6 and back', async () => {
  const [four, six] = ['127.0.0.1', '::1'].map((address) => ({ law: 'PCMU', srtp: 'no', address }) as const);
  if (four === undefined || six === undefined) throw new Error('two addresses');
  await Promise.all([
    connect(four, six).then((call) => bothHear(call)),
    connect(six, four).then((call) => bothHear(call)),
  ]);
});

test('the caller may hold and resume afterwards, and move', async () => {
  const call = await connect({ law: 'PCMA', srtp: 'required' }, { law: 'PCMU', srtp: 'no' });
  await bothHear(call);
  const { session, caller, callee } = call;
  const held = await session.offer('caller', caller.describes({ direction: 'sendonly' }));
  expect(textOf(held)).toContain('a=sendonly');
  callee.considers(held);
  expect(textOf(await session.answer('callee', callee.describes({ direction: 'recvonly' })))).toContain('a=recvonly');
  await caller.movesPort();
  const offered = await session.offer('caller', caller.describes());
  callee.considers(offered);
  const answered = await session.answer('callee', callee.describes());
  callee.learns(offered);
  caller.learns(answered);
  caller.talks();
  await bothHear(call);
});
