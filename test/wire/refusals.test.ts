import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import type { SipResponse } from '@trunkline/sip/message';
import { createSipPeer, type SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Tenant, tenantOf } from './world/tenant.ts';

const sdp = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 40000 RTP/AVP 0 8',
  '',
].join('\r\n');
const did = '+4930555001';
const idle = '+4930555002';
const nobodys = '+4930555999';

let stack: Stack;
let tenant: Tenant;
let trunk = '';
let carrier: SipPeer;
let stranger: SipPeer;

beforeAll(async () => {
  stack = await startTemporaryStack({ env: { TRUNKLINE_CHALLENGE_MS: '300' } });
  tenant = tenantOf(stack);
  const parts = { clock: systemClock, ids: randomIds, name: 'caller' };
  carrier = await createSipPeer({ ...parts, address: '127.0.0.41' });
  stranger = await createSipPeer({ ...parts, address: '127.0.0.42' });
  const agent = await tenant.agent({
    name: 'Desk',
    uri: 'sip:127.0.0.43:5999',
    auth: { username: 'desk-agent', password: 'correct horse' },
  });
  trunk = await tenant.trunk({
    name: 'Berlin',
    gateways: [{ gateway_address: '127.0.0.41' }],
    ip_identifiers: [{ ip_address: '127.0.0.41' }],
  });
  await tenant.map(agent, await tenant.number(trunk, did));
  await tenant.number(trunk, idle);
  await tenant.applied(trunk, [did, idle]);
});
afterAll(async () => {
  await carrier?.close();
  await stranger?.close();
  await stack?.stop();
});

/** The final response to an INVITE from `peer`. */
async function refusal(
  peer: SipPeer,
  to: string,
  credentials?: { username: string; password: string },
): Promise<SipResponse> {
  const { host, port } = stack.addresses.sip;
  const dial = { to: `sip:${to}@${host}:${port}`, from: peer.uri('+12025550100'), sdp };
  const response = await peer.call(credentials === undefined ? dial : { ...dial, credentials }).final;
  if (response === undefined) throw new Error(`no final response to the call to ${to}`);
  return response;
}

const reason = (response: SipResponse): string | undefined => response.headers.get('reason');

test('an address on no access list is challenged, and the record says which trunk has the number and why it was left out', async () => {
  expect((await refusal(stranger, did)).status).toBe(401);
  expect(await tenant.recordTo(did)).toMatchObject({
    cause: 'source-unknown',
    status: 401,
    outcome: 'refused',
    source: { address: '127.0.0.42' },
    explanation: {
      candidates: [{ id: trunk, name: 'Berlin', found_by: ['number'], chosen: false, left_out: 'source-not-in-acl' }],
    },
  });
});

test('a wrong password is refused, and an unknown user hears the very same', async () => {
  const wrong = await refusal(stranger, nobodys, { username: 'desk-agent', password: 'wrong horse' });
  expect(wrong.status).toBe(403);
  expect(reason(wrong)).toContain('cause=21');
  expect(await tenant.recordTo(nobodys)).toMatchObject({
    cause: 'bad-credentials',
    status: 403,
    explanation: { candidates: [{ kind: 'agent', name: 'Desk', left_out: 'credentials-wrong' }] },
  });

  const unknown = await refusal(stranger, nobodys, { username: 'no-such-agent', password: 'wrong horse' });
  const shape = (response: SipResponse) => [
    response.status,
    response.reason,
    reason(response),
    [...response.headers].map(({ name }) => name),
  ];
  expect(shape(unknown)).toEqual(shape(wrong));
});

test('strangers are challenged alike whether or not the number and the user exist', async () => {
  const shape = ({ status, headers }: SipResponse) => [
    status,
    headers.get('www-authenticate')?.replace(/nonce="[^"]*"/, 'nonce'),
    headers.get('reason'),
  ];
  expect(shape(await refusal(stranger, nobodys))).toEqual(shape(await refusal(stranger, did)));
});

test('a number that nobody has is refused with 404, and the record names the trunk it was looked for on', async () => {
  const unknown = '+4930555777';
  const response = await refusal(carrier, unknown);
  expect(response.status).toBe(404);
  expect(reason(response)).toContain('cause=1;');
  expect(await tenant.recordTo(unknown)).toMatchObject({
    cause: 'number-unknown',
    status: 404,
    explanation: { candidates: [{ id: trunk, found_by: ['acl'], left_out: 'number-not-on-trunk' }] },
  });
});

test('a number without agent is refused with 404 and a Reason of its own', async () => {
  const response = await refusal(carrier, idle);
  expect(response.status).toBe(404);
  expect(reason(response)).toContain('cause=3;');
  expect(reason(response)).toContain('no agent');
  expect(await tenant.recordTo(idle)).toMatchObject({ cause: 'number-without-agent', status: 404 });
});

test('and nothing is left behind', async () => {
  expect(await stack.rtpengineSessions()).toBe(0);
});
