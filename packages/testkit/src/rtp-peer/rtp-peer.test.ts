import type { systemClock } from '@trunkline/runtime/clock';
import { afterEach, expect, it } from 'vitest';
import { createFakeClock } from '../fake-clock.ts';
import { waitUntil } from '../wait-until.ts';
import type { Law } from './g711.ts';
import { recogniseTone } from './recognise-tone.ts';
import { createRtpPeer, type RtpPeer } from './rtp-peer.ts';

const open: RtpPeer[] = [];

async function peer(clock: typeof systemClock, law: Law, ssrc: number): Promise<RtpPeer> {
  const made = await createRtpPeer({ clock, address: '127.0.0.1', law, ssrc });
  open.push(made);
  return made;
}

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

it('sends fifty packets a second by the clock, however late its timers are', async () => {
  const clock = createFakeClock();
  const [alice, bob] = [await peer(clock, 'PCMU', 1), await peer(clock, 'PCMU', 2)];
  alice.play({ frequency_hz: 440, amplitude: 8_000 }, bob);
  // A timer that is always late by a part of the interval must not slow the stream down.
  for (let second = 0; second < 10; second++) for (const step_ms of [33, 1, 66, 100, 300, 500]) clock.advance(step_ms);
  expect(alice.sent()).toBe(501);
});

it('hears both tones, in the law each side speaks, without loss', async () => {
  const clock = createFakeClock();
  const [alice, bob] = [await peer(clock, 'PCMU', 1), await peer(clock, 'PCMA', 2)];
  alice.play({ frequency_hz: 440, amplitude: 8_000 }, bob);
  bob.play({ frequency_hz: 1_000, amplitude: 6_000 }, alice);
  for (let packet = 1; packet <= 60; packet++) {
    clock.advance(20);
    await waitUntil(() => alice.received().packets > packet && bob.received().packets > packet, {
      what: 'the packets',
    });
  }
  const [atAlice, atBob] = [alice.received(), bob.received()];
  expect([atAlice.lost, atBob.lost]).toEqual([0, 0]);
  expect(atAlice.payload_types).toEqual([8]);
  expect(recogniseTone([440, 1_000], atAlice.samples)?.frequency_hz).toBe(1_000);
  expect(recogniseTone([440, 1_000], atBob.samples)?.frequency_hz).toBe(440);
  expect(bob.lastSource()).toEqual({ address: '127.0.0.1', port: alice.port });
});

it('stops, and sends elsewhere when told to', async () => {
  const clock = createFakeClock();
  const [alice, bob, carol] = [
    await peer(clock, 'PCMU', 1),
    await peer(clock, 'PCMU', 2),
    await peer(clock, 'PCMU', 3),
  ];
  alice.play({ frequency_hz: 440, amplitude: 8_000 }, bob);
  alice.redirect(carol);
  clock.advance(20);
  await waitUntil(() => carol.received().packets === 1, { what: 'the packet at the new address' });
  alice.silence();
  expect(clock.pending()).toEqual([]);
});
