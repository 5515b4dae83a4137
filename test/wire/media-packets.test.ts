import type { MediaProfile, MediaSession } from '@trunkline/edge/call/media';
import { createNgControl, type NgControl } from '@trunkline/edge/rtpengine/ng-control';
import { createRtpengineRelay } from '@trunkline/edge/rtpengine/rtpengine-relay';
import { type Law, payloadTypes } from '@trunkline/testkit/rtp-peer/g711';
import { type SrtpSuite, srtpSuites } from '@trunkline/testkit/rtp-peer/srtp';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { MediaParty, type PartyOptions, type Wording } from './media-party.ts';
import { mediaProfile } from './media-profile.ts';
import { type RtpengineProcess, startRtpengine } from './media-relay-process.ts';

const deaf = { onLost: () => {}, onSilent: () => {} };
const [low, high] = [
  { tone_hz: 440, ssrc: 1 },
  { tone_hz: 1_000, ssrc: 2 },
];

let rtpengine: RtpengineProcess;
let control: NgControl;
const parties: MediaParty[] = [];
const sessions: MediaSession[] = [];
let calls = 0;

beforeAll(async () => {
  const interfaces = ['outside/127.0.0.1', 'outside/::1', 'inside/127.0.0.1', 'inside/::1'];
  rtpengine = await startRtpengine({ interfaces });
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

/** A call that is up, with both sides talking. */
async function connect(
  callerOptions: Partial<PartyOptions>,
  calleeOptions: Partial<PartyOptions>,
  profile: Partial<MediaProfile> = {},
  wording: Wording = {},
): Promise<Call> {
  const [caller, callee] = [await party({ ...low, ...callerOptions }), await party({ ...high, ...calleeOptions })];
  const session = createRtpengineRelay(control).open(`packets-${++calls}`, mediaProfile(profile), deaf);
  sessions.push(session);
  await exchange({ session, caller, callee }, wording);
  caller.talks();
  callee.talks();
  return { session, caller, callee };
}

/** One offer of the caller and its answer. */
async function exchange({ session, caller, callee }: Call, wording: Wording = {}): Promise<void> {
  const offered = await session.offer('caller', caller.describes(wording));
  callee.considers(offered);
  const answered = await session.answer('callee', callee.describes());
  callee.learns(offered);
  caller.learns(answered);
}

/** Each hears the other, whole, in the codec that it speaks itself, and nothing else. */
async function bothHear({ caller, callee }: Call): Promise<void> {
  for (const [listener, speaker] of [
    [caller, callee],
    [callee, caller],
  ] as const) {
    const { tone_hz } = await listener.hears(caller, callee);
    expect(tone_hz).toBe(speaker.options.tone_hz);
    expect(listener.peer.received().payload_types).toEqual([payloadTypes[listener.options.law ?? 'PCMU']]);
    // What was overtaken arrives in the end.
    await waitUntil(() => listener.peer.received().lost === 0, { what: 'every packet' });
  }
}

const laws: readonly Law[] = ['PCMU', 'PCMA'];
const ways = ['no', 'required'] as const;
type Way = (typeof ways)[number];
const lawPairs = laws.flatMap((ofCaller) => laws.map((ofCallee) => ({ ofCaller, ofCallee })));
const wayPairs = ways.flatMap((ofCaller) => ways.map((ofCallee) => ({ ofCaller, ofCallee })));

interface Pair<T> {
  readonly ofCaller: T;
  readonly ofCallee: T;
}

/** What each side speaks, and what it is told that it may. */
function connectPair(law: Pair<Law>, srtp: Pair<Way>, profile: Partial<MediaProfile> = {}, wording: Wording = {}) {
  const sdes = (way: Way) => (way === 'required' ? 'sdes' : 'no');
  const [caller, callee] = [profile.address?.caller, profile.address?.callee];
  return connect(
    { law: law.ofCaller, srtp: srtp.ofCaller, ...(wording.shown || !caller ? {} : { address: caller }) },
    { law: law.ofCallee, srtp: srtp.ofCallee, ...(callee ? { address: callee } : {}) },
    {
      encryption: { caller: sdes(srtp.ofCaller), callee: sdes(srtp.ofCallee) },
      codecs: { caller: [law.ofCaller], callee: [law.ofCallee] },
      ...profile,
    },
    wording,
  );
}

/** Does the same on a call of every pair of codecs, at the same time. */
async function forEveryCodec(work: (law: Pair<Law>) => Promise<void>): Promise<void> {
  await Promise.all(lawPairs.map(work));
}

test.each(wayPairs)('every pair of codecs: caller with SRTP $ofCaller, callee with SRTP $ofCallee', async (srtp) => {
  await forEveryCodec(async (law) => {
    const call = await connectPair(law, srtp);
    await bothHear(call);
    expect([call.caller.peer.rejected(), call.callee.peer.rejected()]).toEqual([0, 0]);
    const stats = await call.session.release();
    expect(stats?.caller.errors).toBe(0);
    expect(stats?.callee.packets_received).toBeGreaterThan(20);
  });
});

test('every suite', async () => {
  const suites = Object.keys(srtpSuites) as SrtpSuite[];
  const encryption = { caller: 'no', callee: 'sdes' } as const;
  await Promise.all(
    suites.map(async (suite) => bothHear(await connect({}, { srtp: 'required', suite }, { encryption }))),
  );
});

test.each([
  ['takes the keys', 'offered'],
  ['has none', 'no'],
] as const)('SRTP where the callee can: it %s', async (_, srtp) => {
  const call = await connect({}, { srtp }, { encryption: { caller: 'no', callee: 'sdes-optional' } });
  await bothHear(call);
  expect(call.callee.peer.rejected()).toBe(0);
});

test('SRTP where the caller can: keys beside RTP are taken', async () => {
  const call = await connect({ srtp: 'offered' }, {}, { encryption: { caller: 'sdes-optional', callee: 'no' } });
  await bothHear(call);
  expect(call.caller.peer.rejected()).toBe(0);
});

test.each(wayPairs)('hold and resume: caller with SRTP $ofCaller, callee with SRTP $ofCallee', async (srtp) => {
  await forEveryCodec(async (law) => {
    const call = await connectPair(law, srtp);
    const offered = await call.session.offer('caller', call.caller.describes({ direction: 'sendonly' }));
    expect(offered.ok && offered.sdp).toContain('a=sendonly');
    call.callee.considers(offered);
    const held = await call.session.answer('callee', call.callee.describes({ direction: 'recvonly' }));
    expect(held.ok && held.sdp).toContain('a=recvonly');
    await exchange(call);
    await bothHear(call);
  });
});

test.each(wayPairs)('a new port: caller with SRTP $ofCaller, callee with SRTP $ofCallee', async (srtp) => {
  await forEveryCodec(async (law) => {
    const call = await connectPair(law, srtp);
    await bothHear(call);
    await call.caller.movesPort();
    await exchange(call);
    call.caller.talks();
    await bothHear(call);
  });
});

test.each(wayPairs)('behind a NAT: caller with SRTP $ofCaller, callee with SRTP $ofCallee', async (srtp) => {
  const address = { caller: '127.0.0.1', callee: null };
  await forEveryCodec(async (law) => {
    await bothHear(await connectPair(law, srtp, { address }, { shown: { address: '10.20.30.40', port: 4_000 } }));
  });
});

test.each([
  { caller: '127.0.0.1', callee: '::1' },
  { caller: '::1', callee: '127.0.0.1' },
])('from $caller to $callee, every pair of codecs, with and without SRTP', async (address) => {
  for (const srtp of wayPairs) {
    await forEveryCodec(async (law) => bothHear(await connectPair(law, srtp, { address })));
  }
});
