import { createNgControl } from '@trunkline/edge/rtpengine/ng-control';
import { createRtpengineRelay } from '@trunkline/edge/rtpengine/rtpengine-relay';
import { systemClock } from '@trunkline/runtime/clock';
import { freePort } from '@trunkline/testkit/free-port';
import { createRtpPeer } from '@trunkline/testkit/rtp-peer/rtp-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { expect, test } from 'vitest';
import { mediaRelayContract } from '../scenarios/contracts/media-relay-contract.ts';
import { pcmu, sampleSdp } from '../scenarios/language/sample-sdp.ts';
import { mediaProfile } from './media-profile.ts';
import { type RtpengineProcess, startRtpengine } from './media-relay-process.ts';

const address = '127.0.0.1';
const tone = { frequency_hz: 440, amplitude: 8_000 };

async function parties() {
  const party = (ssrc: number) => createRtpPeer({ clock: systemClock, address, law: 'PCMU', ssrc });
  return { caller: await party(1), callee: await party(2) };
}

mediaRelayContract('The media relay on rtpengine', async () => {
  const rtpengine = await startRtpengine();
  const control = createNgControl(rtpengine.control);
  const dead = createNgControl({ host: address, port: await freePort(address) });
  const { caller, callee } = await parties();
  return {
    relay: createRtpengineRelay(control),
    deadRelay: createRtpengineRelay(dead),
    address,
    port: (side) => (side === 'caller' ? caller : callee).port,
    openSessions: () => rtpengine.sessions(),
    async talk({ shownTo }, packets) {
      caller.play(tone, { address, port: shownTo.caller.port });
      callee.play(tone, { address, port: shownTo.callee.port });
      await waitUntil(() => caller.received().packets >= packets && callee.received().packets >= packets, {
        what: 'the audio of both parties',
      });
      caller.silence();
      callee.silence();
    },
    wait: (outcome) => outcome,
    async close() {
      control.close();
      dead.close();
      await Promise.all([caller.close(), callee.close()]);
      await rtpengine.stop();
    },
  };
});

test('audio from a third party does not reach a side whose partner was heard', async () => {
  const rtpengine: RtpengineProcess = await startRtpengine();
  const control = createNgControl(rtpengine.control);
  const { caller, callee } = await parties();
  const intruder = await createRtpPeer({ clock: systemClock, address, law: 'PCMU', ssrc: 666 });
  const session = createRtpengineRelay(control).open('third-party', mediaProfile(), {
    onLost: () => {},
    onSilent: () => {},
  });
  const offered = await session.offer('caller', sampleSdp(address, { port: caller.port, formats: [pcmu] }));
  const answered = await session.answer('callee', sampleSdp(address, { port: callee.port, formats: [pcmu] }));
  const place = { caller: portOf(answered), callee: portOf(offered) };

  caller.play(tone, { address, port: place.caller });
  callee.play(tone, { address, port: place.callee });
  // rtpengine keeps learning where a side sends from for 3 to 4 seconds; only then is a source strict.
  await waitUntil(() => callee.received().packets >= 225, { what: '4.5 s of audio of the caller' });
  intruder.play(tone, { address, port: place.caller });
  await waitUntil(() => intruder.sent() >= 25, { what: 'the intruder to have talked' });
  const heard = callee.received().packets;
  await waitUntil(() => callee.received().packets >= heard + 10, { what: 'more audio of the caller' });

  expect(callee.received().ssrcs).toEqual([1]);
  const stats = await session.release();
  expect(stats?.caller.errors).toBeGreaterThanOrEqual(25);
  // What was not passed on does not count as received.
  expect(stats?.caller.packets_received).toBeLessThanOrEqual(caller.sent());
  expect(await rtpengine.sessions()).toBe(0);
  control.close();
  await Promise.all([caller.close(), callee.close(), intruder.close()]);
  await rtpengine.stop();
});

function portOf(relayed: { readonly ok: boolean; readonly sdp?: string }): number {
  return Number(/^m=audio (\d+)/m.exec(relayed.sdp ?? '')?.[1]);
}
