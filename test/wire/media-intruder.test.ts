import type { MediaProfile } from '@trunkline/edge/call/media';
import { createNgControl, type NgControl } from '@trunkline/edge/rtpengine/ng-control';
import { createRtpengineRelay } from '@trunkline/edge/rtpengine/rtpengine-relay';
import { systemClock } from '@trunkline/runtime/clock';
import { createRtpPeer, type RtpPeer } from '@trunkline/testkit/rtp-peer/rtp-peer';
import { audioAddress } from '@trunkline/testkit/sip-peer/audio-sdp';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MediaParty, textOf, type Wording } from './media-party.ts';
import { mediaProfile } from './media-profile.ts';
import { type RtpengineProcess, startRtpengine } from './media-relay-process.ts';

const deaf = { onLost: () => {}, onSilent: () => {} };
/** Long enough for rtpengine to have settled where each side sends from. */
const learned_packets = 225;
let rtpengine: RtpengineProcess;
let control: NgControl;

beforeAll(async () => {
  rtpengine = await startRtpengine();
  control = createNgControl(rtpengine.control);
});
afterAll(async () => {
  expect(await rtpengine.sessions()).toBe(0);
  control.close();
  await rtpengine.stop();
});

const attacks: readonly { how: string; profile: Partial<MediaProfile>; wording: Wording; srtp: 'no' | 'required' }[] = [
  { how: 'RTP', profile: {}, wording: {}, srtp: 'no' },
  {
    how: 'RTP behind a NAT',
    profile: { address: { caller: '127.0.0.1', callee: null } },
    wording: { shown: { address: '10.20.30.40', port: 4_000 } },
    srtp: 'no',
  },
  { how: 'SRTP', profile: { encryption: { caller: 'sdes', callee: 'no' } }, wording: {}, srtp: 'required' },
];

/**
 * The intruder sprays the caller's port at the relay from another address: from the moment that it is open, before the caller
 * has sent a packet, and all the time.
 */
test.each(attacks)(
  '$how: an intruder hears nothing, and does not take the stream over',
  async ({ profile, wording, srtp }) => {
    const caller = await MediaParty.create({ tone_hz: 440, ssrc: 1, srtp });
    const callee = await MediaParty.create({ tone_hz: 1_000, ssrc: 2 });
    const intruder: RtpPeer = await createRtpPeer({
      clock: systemClock,
      address: '127.0.0.66',
      law: 'PCMU',
      ssrc: 666,
    });
    const session = createRtpengineRelay(control).open(
      `intruded-${srtp}-${wording.shown}`,
      mediaProfile(profile),
      deaf,
    );
    const offered = await session.offer('caller', caller.describes(wording));
    callee.considers(offered);
    const answered = await session.answer('callee', callee.describes());
    callee.learns(offered);
    caller.learns(answered);

    const door = audioAddress(textOf(answered));
    if (door === undefined) throw new Error('The relay answered without an address');
    intruder.play({ frequency_hz: 1_750, amplitude: 8_000 }, door);
    caller.talks();
    callee.talks();
    await waitUntil(() => callee.peer.received().packets >= learned_packets && intruder.sent() >= learned_packets, {
      what: 'the first seconds of the call',
    });
    const heardEarly = intruder.received().packets;
    const [fromCallee, before] = [caller.peer.received().packets, callee.peer.received().ssrcs.length];

    await waitUntil(() => intruder.sent() >= learned_packets + 50, { what: 'a second more of the intruder' });
    expect(await caller.hears(caller, callee)).toMatchObject({ tone_hz: 1_000 });
    expect(await callee.hears(caller, callee)).toMatchObject({ tone_hz: 440 });
    expect(intruder.received().packets).toBe(heardEarly);
    expect(caller.peer.received().packets).toBeGreaterThan(fromCallee + 20);
    expect(callee.peer.received().ssrcs.length).toBe(before);
    // Where the caller's own address is known, not one packet goes elsewhere.
    expect(heardEarly).toBeLessThanOrEqual(wording.shown === undefined ? 0 : 10);
    // With keys, not one packet of the intruder passes.
    if (srtp === 'required') expect(callee.peer.received().ssrcs).toEqual([1]);

    await session.release();
    await Promise.all([caller.close(), callee.close(), intruder.close()]);
  },
);
