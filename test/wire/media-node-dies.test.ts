import { callRecordSchema } from '@trunkline/contracts/call-record';
import { apiClient } from '@trunkline/launcher/demo/api-client';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import type { PeerCall } from '@trunkline/testkit/sip-peer/call';
import { createSipPeer, type SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { MediaParty } from './media-party.ts';
import { type RtpengineProcess, startRtpengine } from './media-relay-process.ts';
import { type Tenant, tenantOf } from './world/tenant.ts';

const did = '+4930888101';
let second: RtpengineProcess;
let stack: Stack;
let tenant: Tenant;
let carrier: SipPeer;
let agent: SipPeer;
const parties: MediaParty[] = [];

beforeAll(async () => {
  second = await startRtpengine({ interfaces: ['outside/127.0.0.1', 'inside/127.0.0.2'] });
  stack = await startTemporaryStack({
    env: { TRUNKLINE_MORE_RTPENGINES: `${second.control.host}:${second.control.port}` },
  });
  tenant = tenantOf(stack);
  const parts = { clock: systemClock, ids: randomIds, name: 'peer' };
  carrier = await createSipPeer({ ...parts, address: '127.0.0.71' });
  agent = await createSipPeer({ ...parts, address: '127.0.0.72' });
  const desk = await tenant.agent({ name: 'Desk', uri: agent.uri('desk') });
  const trunk = await tenant.trunk({
    name: 'Carrier',
    gateways: [{ gateway_address: carrier.address, port: carrier.port }],
    ip_identifiers: [{ ip_address: carrier.address }],
  });
  await tenant.map(desk, await tenant.number(trunk, did));
  await tenant.applied(trunk, [did]);
});
afterAll(async () => {
  for (const party of parties) await party.close();
  await carrier?.close();
  await agent?.close();
  await stack?.stop();
  await second?.stop();
});

/** Talks to where the far end says that it is, now and after every re-INVITE. */
function join(call: PeerCall, party: MediaParty): void {
  const follow = (sdp: string): void => {
    party.learns({ ok: true, sdp });
    party.talks();
  };
  follow(call.remoteSdp());
  call.onReinvite((sdp) => {
    follow(sdp);
    return party.describes();
  });
}

type Call = Awaited<ReturnType<typeof connect>>;

async function connect() {
  const [caller, callee] = [
    await MediaParty.create({ tone_hz: 440, ssrc: 1, address: carrier.address }),
    await MediaParty.create({ tone_hz: 1_000, ssrc: 2, address: agent.address }),
  ];
  parties.push(caller, callee);
  const { host, port } = stack.addresses.sip;
  const out = carrier.call({
    to: `sip:${did}@${host}:${port}`,
    from: carrier.uri('+12025550100'),
    sdp: caller.describes(),
  });
  const arrived = await agent.nextCall();
  const [up, called] = await Promise.all([out.answered, arrived.answer(callee.describes())]);
  if (up === undefined || called === undefined) throw new Error('The call was not answered');
  join(up, caller);
  join(called, callee);
  return { up, caller, callee, id: arrived.request.headers.get('X-Trunkline-Call-ID') ?? '' };
}

test('one of two rtpengines is killed: every call goes on, new ones come up, and the records tell which were moved', async () => {
  const calls: Call[] = [];
  for (let number = 0; number < 4; number++) calls.push(await connect());
  const bothHear = ({ caller, callee }: Call) =>
    Promise.all([caller.hears(caller, callee), callee.hears(caller, callee)]);
  await Promise.all(calls.map(bothHear));
  expect([await stack.rtpengineSessions(), await second.sessions()]).toEqual([2, 2]);

  await stack.kill('rtpengine', 'SIGKILL');
  const born = await connect();
  await waitUntil(async () => (await second.sessions()) === 5, { what: 'every call on the other rtpengine' });
  const heard = await Promise.all([...calls, born].map(bothHear));
  expect(heard.every(([caller, callee]) => caller.tone_hz === 1_000 && callee.tone_hz === 440)).toBe(true);

  for (const { up } of [...calls, born]) expect(await up.hangUp()).toBe(200);
  await waitUntil(async () => (await second.sessions()) === 0, { what: 'no session at the other rtpengine' });
  const records = await Promise.all([...calls, born].map(({ id }) => recordOf(id)));
  expect(records.map(({ outcome }) => outcome)).toEqual(Array(5).fill('completed'));
  expect(records.filter(({ media }) => media?.nodes?.length === 2)).toHaveLength(2);
  expect(new Set(records.map(({ media }) => media?.finding))).toEqual(new Set(['Audio came from both sides.']));
});

const answer = z.object({ record: callRecordSchema.nullable() });

function recordOf(id: string) {
  const api = apiClient(stack.token);
  return waitUntil(async () => answer.parse(await api.get(`${stack.urls.status}/calls/${id}`)).record, {
    what: `the record of ${id}`,
  });
}
