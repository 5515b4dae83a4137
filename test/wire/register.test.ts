import { apiClient } from '@trunkline/launcher/demo/api-client';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type SippRegistrar, type SippReply, startSippRegistrar } from './register/sipp-registrar.ts';

const challenge = (nonce: string, more = ''): SippReply => ({
  status: 401,
  reason: 'Unauthorized',
  headers: [`WWW-Authenticate: Digest realm="carrier", nonce="${nonce}", algorithm=MD5, qop="auth"${more}`],
});
const accepted = (expires: number): SippReply => ({ status: 200, reason: 'OK', headers: [`Expires: ${expires}`] });
const state = z.object({
  registration_status: z.string(),
  registration_state: z.record(z.string(), z.unknown()).nullable(),
});

let stack: Stack;
let api: ReturnType<typeof apiClient>;
const carriers: SippRegistrar[] = [];

// A sixteenth of the usual T1: silence is known after 2 seconds instead of 32.
beforeAll(async () => {
  stack = await startTemporaryStack({ env: { TRUNKLINE_SIP_T1_MS: '31' } });
  api = apiClient(stack.token);
});
afterAll(async () => {
  await stack?.stop();
  for (const carrier of carriers) await carrier.stop();
});

async function register(name: string, replies: readonly SippReply[]): Promise<string> {
  const carrier = await startSippRegistrar('127.0.0.19', replies);
  carriers.push(carrier);
  const made = await api.post(`${stack.urls.config}/sip-trunks/trunks`, {
    ...{ name, provider: 'custom', auth_type: 'userpass', auth_username: 'alice', auth_password: 'wonderland' },
    gateways: [{ gateway_address: carrier.address, port: carrier.port, priority: 1 }],
    qualify_frequency: 0,
  });
  return z.object({ id: z.string() }).parse(made).id;
}

const becomes = (trunk: string, status: string) =>
  waitUntil(
    async () => {
      const found = state.parse(await api.get(`${stack.urls.status}/trunks/${trunk}`));
      return found.registration_status === status ? found.registration_state : undefined;
    },
    { what: `the trunk to be ${status}`, deadline_ms: 15_000 },
  );

const failures: readonly (readonly [what: string, replies: readonly SippReply[], expected: object])[] = [
  [
    'challenges for ever',
    [challenge('a'), challenge('b'), challenge('c')],
    { cause: 'credentials-refused', status: 401 },
  ],
  ['says 403', [challenge('a'), { status: 403, reason: 'Forbidden' }], { cause: 'rejected', reason: '403 Forbidden' }],
  ['says nothing', [], { cause: 'no-answer', status: null }],
];
it.each(failures)('fails with the reason when the carrier %s', async (what, replies, expected) => {
  const trunk = await register(what, replies);
  expect(await becomes(trunk, 'failed')).toMatchObject(expected);
});

it('asks for longer when the carrier says 423', async () => {
  const brief = { status: 423, reason: 'Interval Too Brief', headers: ['Min-Expires: 7200'] };
  const trunk = await register('brief', [challenge('a'), brief, accepted(7_200)]);
  const { expires_at, last_success_at } = await becomes(trunk, 'registered');
  expect(Number(expires_at) - Number(last_success_at)).toBe(7_200_000);
});

it('answers once more when the nonce was stale', async () => {
  const trunk = await register('stale', [challenge('a'), challenge('b', ', stale=true'), accepted(600)]);
  await becomes(trunk, 'registered');
});

it('waits as long as Retry-After asks, and then registers', async () => {
  const later = { status: 503, reason: 'Service Unavailable', headers: ['Retry-After: 3'] };
  const trunk = await register('later', [later, accepted(600)]);
  const failed = await becomes(trunk, 'failed');
  expect(failed).toMatchObject({ cause: 'registrar-failed', status: 503 });
  const { last_success_at } = await becomes(trunk, 'registered');
  const retry_at = Number(failed['retry_at']);
  expect(Number(last_success_at)).toBeGreaterThanOrEqual(retry_at);
});
