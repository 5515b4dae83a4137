import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNgControl, type NgControl } from '@trunkline/edge/rtpengine/ng-control';
import { createRtpengineRelay } from '@trunkline/edge/rtpengine/rtpengine-relay';
import { systemClock } from '@trunkline/runtime/clock';
import { audioAddress } from '@trunkline/testkit/sip-peer/audio-sdp';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MediaParty, textOf } from './media-party.ts';
import { mediaProfile } from './media-profile.ts';
import { type RtpengineProcess, startRtpengine } from './media-relay-process.ts';

const deaf = { onLost: () => {}, onSilent: () => {} };
let directory: string;
let rtpengine: RtpengineProcess;
let control: NgControl;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'trunkline-recordings-'));
  rtpengine = await startRtpengine({
    args: [`--recording-dir=${directory}`, '--recording-method=pcap', '--recording-format=eth'],
  });
  control = createNgControl(rtpengine.control);
});
afterEach(async () => {
  expect(await rtpengine.sessions()).toBe(0);
  control.close();
  await rtpengine.stop();
  rmSync(directory, { recursive: true });
});

async function connect(name: string, recorded: boolean, srtp: 'no' | 'required' = 'required') {
  const [caller, callee] = [
    await MediaParty.create({ tone_hz: 440, ssrc: 1, srtp }),
    await MediaParty.create({ tone_hz: 1_000, ssrc: 2 }),
  ];
  const encryption = { caller: srtp === 'no' ? 'no' : 'sdes', callee: 'no' } as const;
  const session = createRtpengineRelay(control).open(name, mediaProfile({ recorded, encryption }), deaf);
  const offered = await session.offer('caller', caller.describes());
  const answered = await session.answer('callee', callee.describes());
  callee.learns(offered);
  caller.learns(answered);
  caller.talks();
  callee.talks();
  const close = () => Promise.all([caller.close(), callee.close()]);
  return { session, caller, callee, close, offered, answered };
}

test('a call is recorded when its trunk asks for it, and the record says where; others are not', async () => {
  for (const recorded of [true, false]) {
    const { session, caller, callee, close } = await connect(`recorded-${recorded}`, recorded);
    await callee.hears(caller, callee);
    const stats = await session.release();
    expect(stats?.recordings).toEqual(recorded ? ['rtpengine:pcaps/recorded-true-*.pcap'] : undefined);
    await close();
  }
  const files = readdirSync(join(directory, 'pcaps'));
  expect(files).toEqual([expect.stringMatching(/^recorded-true-[0-9a-f]+\.pcap$/)]);
  // Both directions, a packet every 20 ms, each in Ethernet, IP, UDP and RTP headers.
  expect(readFileSync(join(directory, 'pcaps', files[0] ?? '')).length).toBeGreaterThan(2 * 20 * (160 + 54));
});

/** One side's RTCP (RFC 3550 §6.4.1): reports what it heard, and when the last report of the other side came. */
async function openReporter(side: MediaParty, relay: { address: string; port: number }, lost: number) {
  const socket: Socket = createSocket('udp4');
  socket.bind(side.peer.port + 1, '127.0.0.1');
  await once(socket, 'listening');
  let heard: { readonly stamp: number; readonly at: number } | null = null;
  socket.on('message', (octets) => {
    if (octets.readUInt8(1) === 200) heard = { stamp: octets.readUInt32BE(10), at: systemClock.now() };
  });
  const own = side.options.ssrc;
  return {
    report(): void {
      const packet = Buffer.alloc(52);
      packet.writeUInt32BE(0x81c8000c, 0);
      packet.writeUInt32BE(own, 4);
      const seconds = systemClock.now() / 1_000 + 2_208_988_800;
      packet.writeUInt32BE(Math.floor(seconds), 8);
      packet.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), 12);
      packet.writeUInt32BE(own === 1 ? 2 : 1, 28);
      packet.writeUIntBE(lost, 33, 3);
      // 5 ms at 8 kHz.
      packet.writeUInt32BE(40, 40);
      packet.writeUInt32BE(heard?.stamp ?? 0, 44);
      packet.writeUInt32BE(heard === null ? 0 : Math.round((systemClock.now() - heard.at) * 65.536), 48);
      socket.send(packet, relay.port + 1, relay.address);
    },
    close: () => socket.close(),
  };
}

test('what the parties report of each other by RTCP is in the figures', async () => {
  const { session, caller, callee, close, offered, answered } = await connect('reported', false, 'no');
  const [atCaller, atCallee] = [audioAddress(textOf(answered)), audioAddress(textOf(offered))];
  if (atCaller === undefined || atCallee === undefined) throw new Error('The relay told no address');
  const reporters = [await openReporter(caller, atCaller, 0), await openReporter(callee, atCallee, 3)];
  for (let round = 1; round <= 8; round++) {
    await waitUntil(() => callee.peer.received().packets >= 25 * round, { what: 'audio' });
    for (const reporter of reporters) reporter.report();
  }
  await waitUntil(() => callee.peer.received().packets >= 210, { what: 'audio after the last report' });
  const stats = await session.release();
  // The callee reports what it heard of the caller.
  expect(stats?.caller.quality).toMatchObject({ lost: 3, jitter_ms: 5 });
  expect(stats?.caller.quality?.mos).toBeGreaterThan(3.5);
  expect(stats?.callee.quality).toMatchObject({ lost: 0 });
  for (const reporter of reporters) reporter.close();
  await close();
});
