import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import { createRtpPeer, type RtpPeer } from '@trunkline/testkit/rtp-peer/rtp-peer';
import { audioAddress, audioSdp } from '@trunkline/testkit/sip-peer/audio-sdp';
import type { PeerCall } from '@trunkline/testkit/sip-peer/call';
import { createSipPeer, type SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Tenant, tenantOf } from './world/tenant.ts';

const dids = ['+4930888001', '+4930888002'] as const;

let stack: Stack;
let tenant: Tenant;
let carrier: SipPeer;
let agent: SipPeer;
const streams: RtpPeer[] = [];

beforeAll(async () => {
  stack = await startTemporaryStack();
  tenant = tenantOf(stack);
  const parts = { clock: systemClock, ids: randomIds, name: 'peer' };
  carrier = await createSipPeer({ ...parts, address: '127.0.0.61' });
  agent = await createSipPeer({ ...parts, address: '127.0.0.62' });
  const desk = await tenant.agent({ name: 'Desk', uri: agent.uri('desk') });
  const trunk = await tenant.trunk({
    name: 'Carrier',
    gateways: [{ gateway_address: carrier.address, port: carrier.port }],
    ip_identifiers: [{ ip_address: carrier.address }],
  });
  for (const did of dids) await tenant.map(desk, await tenant.number(trunk, did));
  await tenant.applied(trunk, dids);
});
afterAll(async () => {
  for (const stream of streams) await stream.close();
  await carrier?.close();
  await agent?.close();
  await stack?.stop();
});

async function stream(address: string, ssrc: number): Promise<RtpPeer> {
  const opened = await createRtpPeer({ clock: systemClock, address, law: 'PCMU', ssrc });
  streams.push(opened);
  return opened;
}

interface TwoWayCall {
  readonly caller: PeerCall;
  readonly callee: PeerCall;
  readonly heardByCaller: RtpPeer;
  readonly heardByCallee: RtpPeer;
}

/** A call with a tone each way. */
async function callTo(did: string): Promise<TwoWayCall> {
  const [heardByCaller, heardByCallee] = await Promise.all([stream(carrier.address, 1), stream(agent.address, 2)]);
  const { host, port } = stack.addresses.sip;
  const out = carrier.call({
    to: `sip:${did}@${host}:${port}`,
    from: carrier.uri('+12025550100'),
    sdp: audioSdp(heardByCaller, ['PCMU']),
  });
  const arrived = await agent.nextCall();
  const callee = await arrived.answer(audioSdp(heardByCallee, ['PCMU']));
  const caller = await out.answered;
  if (caller === undefined || callee === undefined) throw new Error(`the call to ${did} was not answered`);
  for (const [from, to, frequency_hz] of [
    [heardByCaller, caller.remoteSdp(), 440],
    [heardByCallee, callee.remoteSdp(), 1_000],
  ] as const) {
    const address = audioAddress(to);
    if (address !== undefined) from.play({ frequency_hz, amplitude: 8_000 }, address);
  }
  return { caller, callee, heardByCaller, heardByCallee };
}

/** At least half a second more of audio than there was, on both sides. */
async function hearsMore({ heardByCaller, heardByCallee }: TwoWayCall): Promise<void> {
  const before = [heardByCaller, heardByCallee].map((side) => side.received().packets);
  await waitUntil(
    () => [heardByCaller, heardByCallee].every((side, index) => side.received().packets >= (before[index] ?? 0) + 25),
    { what: 'audio both ways' },
  );
}

test('config and status are killed during a call: it goes on, others are made, and no record is lost', async () => {
  const first = await callTo(dids[0]);
  await hearsMore(first);
  await Promise.all([stack.kill('config', 'SIGKILL'), stack.kill('status', 'SIGKILL')]);
  await hearsMore(first);

  // Without either of them a whole call comes and goes.
  const second = await callTo(dids[1]);
  await hearsMore(second);
  expect(await second.callee.hangUp()).toBe(200);
  expect((await second.caller.ended).by).toBe('them');

  expect(await first.caller.hangUp()).toBe(200);
  expect((await first.callee.ended).by).toBe('them');

  await Promise.all([stack.restart('config'), stack.restart('status')]);
  expect(await tenant.recordTo(dids[0])).toMatchObject({ outcome: 'completed', ended_by: 'caller' });
  expect(await tenant.recordTo(dids[1])).toMatchObject({ outcome: 'completed', ended_by: 'callee' });
  expect(await stack.rtpengineSessions()).toBe(0);
});
