import { fileURLToPath } from 'node:url';
import { apiClient } from '@trunkline/launcher/demo/api-client';
import { createParty, type Party } from '@trunkline/launcher/demo/party';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import { startProgram } from '@trunkline/testkit/child-process';
import { recogniseTone } from '@trunkline/testkit/rtp-peer/recognise-tone';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Baresip, startBaresip } from './baresip/start-baresip.ts';

/** baresip opens sockets on every address, so it runs in a network of its own, and with it everything that it talks to. */
const inside = 'TRUNKLINE_TEST_NETWORK';
const here = fileURLToPath(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));

const username = '12025550123';
const number = `+${username}`;
const outsider = '+12025550188';
const tones = { baresip: 1_000, carrier: 440 } as const;

describe.runIf(process.env[inside] === undefined)('in a network of its own', () => {
  it('baresip registers, is called and calls out', { timeout: 110_000 }, async () => {
    const vitest = `exec "${root}node_modules/.bin/vitest" run --root "${root}" --project wire "${here}"`;
    const program = await startProgram({
      name: 'baresip and its network',
      command: 'unshare',
      args: ['--net', 'sh', '-c', `ip link set lo up && ${vitest}`],
      env: { [inside]: 'own' },
    });
    const { code } = await program.waitForExit(100_000);
    expect(code, program.log()).toBe(0);
  });
});

describe.runIf(process.env[inside] !== undefined)('baresip', () => {
  let stack: Stack;
  let carrier: Party;
  let baresip: Baresip;
  let sip: { readonly address: string; readonly port: number };

  beforeAll(async () => {
    stack = await startTemporaryStack();
    sip = { address: stack.addresses.sip.host, port: stack.addresses.sip.port };
    const shared = { clock: systemClock, ids: randomIds, law: 'PCMU' } as const;
    carrier = await createParty({ ...shared, address: '127.0.0.11', name: 'carrier', tone_hz: tones.carrier });
    const api = apiClient(stack.token);
    const answer = z.object({ id: z.string() });
    const post = async (path: string, body: unknown) =>
      answer.parse(await api.post(`${stack.urls.config}${path}`, body)).id;
    const password = 'wonderland-7';
    const agent = await post('/agents', {
      name: 'baresip',
      uri: 'sip:registered.invalid',
      auth: { username, password },
    });
    const trunk = await post('/sip-trunks/trunks', {
      ...{ name: 'Carrier', provider: 'custom', auth_type: 'ip-based', inbound_enabled: true, qualify_frequency: 0 },
      gateways: [{ gateway_address: carrier.sip.address, port: carrier.sip.port, priority: 1 }],
      ip_identifiers: [{ ip_address: carrier.sip.address }],
    });
    const phone_number_id = await post(`/sip-trunks/trunks/${trunk}/numbers`, { phone_number: number });
    await api.post(`${stack.urls.config}/inbound/setup`, { agent_id: agent, phone_number_id });
    const registrar = `${sip.address}:${sip.port}`;
    baresip = await startBaresip({ address: '127.0.0.21', registrar, username, password, tone_hz: tones.baresip });
  });
  afterAll(async () => {
    await baresip?.stop();
    await carrier?.close();
    await stack?.stop();
  });

  const candidates = [tones.baresip, tones.carrier];

  it('registers with digest', async () => {
    await baresip.program.waitForLog(/200 OK.*\[1 binding\]|\{0\/UDP\/v4\} 200 OK/);
  });

  it('is called where it has registered, with audio both ways', async () => {
    const audio = await carrier.openAudio();
    const call = await waitUntil(
      async () => {
        const dial = {
          to: `sip:${number}@${sip.address}:${sip.port}`,
          from: carrier.sip.uri(outsider),
          sdp: audio.sdp,
        };
        return carrier.sip.call(dial).answered;
      },
      { what: 'baresip to answer' },
    );
    audio.play(call.remoteSdp());
    await waitUntil(() => audio.rtp.received().packets > 100, { what: 'two seconds of audio' });
    expect(recogniseTone(candidates, audio.rtp.received().samples)?.frequency_hz).toBe(tones.baresip);
    expect(await call.hangUp()).toBe(200);
    const heard = await waitUntil(async () => recogniseTone(candidates, middle(await baresip.heard())), {
      what: 'what baresip heard',
    });
    expect(heard.frequency_hz).toBe(tones.carrier);
  });

  it('calls out over the trunk, with audio both ways', async () => {
    const before = (await baresip.heard()).length;
    const ringing = carrier.sip.nextCall();
    baresip.command('dial', `sip:${outsider}@${sip.address}:${sip.port}`);
    const incoming = await ringing;
    const audio = await carrier.openAudio();
    const call = await incoming.answer(audio.sdp);
    if (call === undefined) throw new Error('no ACK came');
    expect(incoming.request.uri).toContain(outsider);
    audio.play(call.remoteSdp());
    await waitUntil(() => audio.rtp.received().packets > 100, { what: 'two seconds of audio' });
    expect(recogniseTone(candidates, audio.rtp.received().samples)?.frequency_hz).toBe(tones.baresip);
    baresip.command('hangup');
    expect((await call.ended).by).toBe('them');
    const heard = await waitUntil(
      async () => recogniseTone(candidates, middle((await baresip.heard()).slice(before))),
      {
        what: 'what baresip heard',
      },
    );
    expect(heard.frequency_hz).toBe(tones.carrier);
  });
});

/** Without the silence at both ends. */
function middle(samples: Int16Array): Int16Array {
  return samples.slice(Math.floor(samples.length / 3), Math.floor((samples.length * 2) / 3));
}
