import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from '../api-under-test.ts';
import { seedExamples } from '../bolna/seed-examples.ts';

interface Media {
  readonly content?: { readonly 'application/json'?: { readonly schema: object } };
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly requestBody?: Media; readonly responses: Readonly<Record<string, Media>> }>>
    >
  >;
}

const [userpassExample, ipBasedExample, encryptedExample] = seedExamples.map(({ request }) => request);

/** Requests of every kind, as clients of the three dialects send them, answered well and badly. */
async function traffic(call: (method: string, path: string, body?: unknown) => Promise<{ body: unknown }>) {
  const id = (answer: { body: unknown }): string => String((answer.body as { id?: unknown }).id);
  const one = id(await call('POST', '/sip-trunks/trunks', userpassExample));
  await call('POST', '/sip-trunks/trunks?wait=applied', ipBasedExample);
  await call('POST', '/sip-trunks/trunks', encryptedExample);
  await call('POST', '/sip-trunks/trunks', {
    ...{ name: 'My SIP Trunk', provider: 'zadarma', description: 'Primary trunk', auth_type: 'userpass' },
    ...{ auth_username: '12345', auth_password: 'secret', allow: 'ulaw,alaw', disallow: 'all' },
    gateways: [{ gateway_address: 'sip.zadarma.com', port: 5060, priority: 1 }],
    ip_identifiers: [{ ip_address: '15.207.90.192/31' }],
    phone_numbers: [{ phone_number: '919876543299', name: 'Mumbai Support Line', e164_check_enabled: true }],
    ...{ transport: 'transport-tcp', direct_media: false, rtp_symmetric: true, force_rport: true, ice_support: true },
    ...{ qualify_frequency: 0, inbound_enabled: true, outbound_leading_plus_enabled: false },
  });
  await call('POST', '/sip-trunks/trunks', {});
  await call('POST', '/sip-trunks/trunks', userpassExample);
  await call('GET', '/sip-trunks/trunks?is_active=true&limit=1');
  await call('GET', '/sip-trunks/trunks?is_active=maybe');
  await call('GET', `/sip-trunks/trunks/${one}`);
  await call('GET', '/sip-trunks/trunks/none');
  await call('PATCH', `/sip-trunks/trunks/${one}`, { media_encryption: 'sdes' });
  await call('PATCH', `/sip-trunks/trunks/${one}`, { description: 'new' });
  await call('GET', `/trunks/${one}/settings`);
  await call('PATCH', `/trunks/${one}/settings`, { recording: true, gateway_tls: { check: 'off' } });
  await call('PATCH', `/trunks/${one}/settings`, { recording: 1 });
  const number = id(await call('POST', `/sip-trunks/trunks/${one}/numbers`, { phone_number: '919876543210' }));
  await call('POST', `/sip-trunks/trunks/${one}/numbers`, { phone_number: '919876543210' });
  await call('GET', `/sip-trunks/trunks/${one}/numbers`);
  const agent = id(await call('POST', '/agents', { name: 'bot', uri: 'sip:bot@192.0.2.1' }));
  await call('GET', '/agents');
  await call('GET', `/agents/${agent}`);
  await call('PATCH', `/agents/${agent}`, { name: 'other' });
  await call('POST', '/inbound/setup', { agent_id: agent, phone_number_id: number });
  await call('POST', '/inbound/setup', { agent_id: agent, phone_number_id: 'none' });
  await call('GET', '/phone-numbers/all');
  await call('POST', '/admission/dry-run', { source: { address: '192.0.2.99' }, to: '919876543210' });
  const placed = { agent_id: agent, recipient_phone_number: '+919876543211', user_data: { name: 'Asha' } };
  const scheduled_at = '2027-05-09T10:00:00.000+05:30';
  const execution = await call('POST', '/call', { ...placed, scheduled_at, retry_config: { enabled: true } });
  const { execution_id } = execution.body as { execution_id: string };
  await call('POST', '/call', { agent_id: agent, recipient: { phone_number: '+919876543211' } });
  await call('POST', '/call', { ...placed, recipient_phone_number: 'alice' });
  await call('GET', `/executions/${execution_id}`);
  await call('GET', '/executions/none');
  await call('GET', '/executions?limit=5&status=scheduled');
  await call('POST', `/call/${execution_id}/stop`);
  await call('POST', `/call/${execution_id}/stop`);
  await call('POST', '/inbound/unlink', { phone_number_id: number });
  await call('DELETE', `/sip-trunks/trunks/${one}/numbers/${number}`);
  await call('DELETE', `/agents/${agent}`);
  const token = id(await call('POST', '/tokens', { name: 'ci', role: 'member' }));
  await call('POST', `/tokens/${token}/rotate`, { grace_s: 5 });
  await call('GET', '/tokens');
  await call('DELETE', `/tokens/${token}`);
  await call('POST', '/accounts', { name: 'tenant' });
  await call('GET', '/accounts');
  await call('GET', '/audit?limit=3');
  const famulor = '/api/user/phone-numbers/sip-trunks';
  const said = { sip_username: 'desk', sip_password: 'secret', sip_address: 'pbx.example.com' };
  const made = await call('POST', famulor, { sip_trunk_type: 'extension', phone_number: '1000', ...said });
  const desk = id({ body: (made.body as { data: unknown }).data });
  await call('POST', famulor, { sip_trunk_type: 'extension', phone_number: '1000', ...said });
  await call('POST', famulor, {
    ...{ sip_trunk_type: 'number', phone_number: '+14155551234', nickname: 'Provider X — Main', ...said },
    ...{ sip_address: 'sip.provider.com', sip_calling_format: 'national', country_code: 'US', outbound_proxy: true },
    ...{ inbound_authorization_type: 'ip', allowed_inbound_ips: ['203.0.113.10', '203.0.113.0/28'] },
  });
  await call('POST', famulor, {});
  await call('GET', famulor);
  await call('GET', `${famulor}/${desk}`);
  await call('GET', `${famulor}/99`);
  await call('PUT', `${famulor}/${desk}`, { nickname: 'Desk' });
  await call('DELETE', `/api/user/phone-numbers/${desk}`);
  const astradial = '/api/v1/trunks';
  const peer = id(await call('POST', astradial, { name: 'Peer', trunk_type: 'peer2peer', host: '192.0.2.7' }));
  await call('POST', astradial, {
    ...{ name: 'Tata SIP', host: 'sip.provider.com', port: 5060, transport: 'udp', trunk_type: 'outbound' },
    ...{ username: 'your_sip_user', password: 'your_sip_pass', max_channels: 10 },
  });
  await call('POST', astradial, { name: 'P' });
  await call('GET', astradial);
  await call('GET', `${astradial}/${peer}`);
  await call('PUT', `${astradial}/${peer}`, { status: 'maintenance' });
  await call('POST', `${astradial}/${peer}/test`);
  await call('DELETE', `${astradial}/${peer}`);
  await call('DELETE', `/sip-trunks/trunks/${one}`);
}

describe('the OpenAPI document', () => {
  let api: ApiUnderTest;
  let document: Document;
  beforeEach(async () => {
    api = await openApi();
    document = (await api.call('GET', '/openapi.json', undefined, null)).body as unknown as Document;
  });
  afterEach(() => api.close());

  it('is valid, and of version 3.1', async () => {
    expect(document.openapi).toBe('3.1.0');
    const { valid, errors } = await new Validator().validate(
      structuredClone(document) as unknown as Record<string, unknown>,
    );
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it('describes every request and every answer of recorded traffic, and every operation is used with success', async () => {
    const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }));
    const check = (schema: object | undefined, value: unknown): string => {
      if (schema === undefined) return 'no schema';
      return ajv.validate(schema, value) ? '' : ajv.errorsText();
    };
    const used = new Set<string>();
    await traffic(async (method, path, given) => {
      const answering = api.call(method, path, given);
      if (path.includes('wait=applied')) await api.clock.advanceAsync(5_000);
      const answer = await answering;
      const [plain = ''] = path.split('?');
      const found = Object.entries(document.paths).find(
        ([pattern, item]) =>
          method.toLowerCase() in item && new RegExp(`^${pattern.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(plain),
      );
      const operation = found?.[1][method.toLowerCase()];
      const what = `${method} ${path} ${answer.status}`;
      if (answer.status < 300) used.add(`${method} ${found?.[0]}`);
      const said = operation?.responses[String(answer.status)] ?? operation?.responses[`${String(answer.status)[0]}XX`];
      if (answer.status !== 204)
        expect([what, check(said?.content?.['application/json']?.schema, answer.body)]).toEqual([what, '']);
      if (given !== undefined && answer.status < 300) {
        expect([what, check(operation?.requestBody?.content?.['application/json']?.schema, given)]).toEqual([what, '']);
      }
      return answer;
    });
    const all = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...used].sort()).toEqual(all.filter((one) => !one.startsWith('HEAD')).sort());
  });

  it('is served as a page that names every path and runs no script', async () => {
    const { payload, headers } = await api.config.server.inject({ method: 'GET', url: '/docs' });
    expect(headers['content-type']).toContain('text/html');
    for (const path of Object.keys(document.paths)) expect(payload).toContain(`<code>${path}</code>`);
    expect(payload).not.toContain('<script');
  });
});
