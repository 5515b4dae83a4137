import type { CallId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from '../api-under-test.ts';
import { type EdgeUnderTest, openEdge } from './edge-under-test.ts';
import type { ExecutionAnswer } from './execution-answer.ts';

interface Done {
  readonly message: string;
  readonly status: string;
  readonly execution_id: string;
}

const to = '+919876543210';

describe('calls over the API', () => {
  let api: ApiUnderTest;
  let edge: EdgeUnderTest;
  let agent: string;
  let trunk: string;
  beforeEach(async () => {
    api = await openApi();
    edge = await openEdge(api);
    agent = (await api.call('POST', '/agents', { name: 'bot', uri: 'sip:bot@192.0.2.1' })).body.id;
    const made = await api.call('POST', '/sip-trunks/trunks', {
      ...{ name: 'one', provider: 'custom', auth_type: 'ip-based', ip_identifiers: [{ ip_address: '203.0.113.7' }] },
      ...{ gateways: [{ gateway_address: '203.0.113.7' }], inbound_enabled: true },
      phone_numbers: [{ phone_number: '919000000001' }, { phone_number: '+919000000002' }],
    });
    trunk = made.body.id;
    const phone_number_id = made.body.phone_numbers[0]?.id;
    await api.call('POST', '/inbound/setup', { agent_id: agent, phone_number_id });
    await api.clock.settle();
  });
  afterEach(async () => {
    await edge.stop();
    await api.close();
  });

  const post = async (body: object = {}, token?: string) => {
    const answer = await api.call('POST', '/call', { agent_id: agent, recipient_phone_number: to, ...body }, token);
    await api.clock.settle();
    return { ...answer, body: answer.body as unknown as Done & typeof answer.body };
  };
  const started = async (body: object = {}): Promise<CallId> => (await post(body)).body.execution_id as CallId;
  const show = async (id: string) => (await api.call('GET', `/executions/${id}`)).body as unknown as ExecutionAnswer;
  const stop = async (id: string) => {
    const answer = await api.call('POST', `/call/${id}/stop`);
    await api.clock.settle();
    return answer;
  };
  const settled = () => api.clock.settle();

  it('are answered as documented, asked of an edge at once, and told to their end', async () => {
    const { status, body } = await post({ user_data: { customer_name: 'Asha', n: 5 } });
    expect([status, body]).toEqual([200, { message: 'done', status: 'queued', execution_id: body.execution_id }]);
    const id = body.execution_id as CallId;
    const { account, ...request } = edge.requests[0] ?? { account: '' };
    expect(request).toEqual({
      ...{ call: id, agent, from: '919000000001', to, trunk, ring_timeout_s: 60 },
      headers: { 'X-customer-name': 'Asha', 'X-n': '5' },
    });
    expect((await show(id)).status).toBe('initiated');
    await edge.tells(id, 'call.attempted');
    await edge.tells(id, 'call.ringing');
    await settled();
    expect((await show(id)).status).toBe('ringing');
    await edge.tells(id, 'call.answered');
    await settled();
    expect((await show(id)).status).toBe('in-progress');
    const answered_at = api.clock.now();
    await api.clock.advanceAsync(5_000);
    await edge.ends(id, 'callee-hung-up', 'completed', { answered_at, duration_ms: 5_000 });
    await settled();
    const done = await show(id);
    expect(done).toMatchObject({
      ...{ id, agent_id: agent, status: 'completed', conversation_duration: 5, error_message: null, retry_count: 0 },
      user_data: { customer_name: 'Asha', n: 5 },
      telephony_data: {
        ...{ to_number: to, from_number: '919000000001', provider_call_id: id, byot_trunk_id: trunk, duration: 5 },
        ...{ hangup_by: 'Callee', hangup_reason: 'Call ended normally', hangup_provider_code: 16 },
      },
    });
    expect(done.status_history.map((told) => told.status)).toEqual([
      ...['queued', 'initiated', 'ringing', 'in-progress', 'call-disconnected', 'completed'],
    ]);
  });

  it('take the older body, and a sender in any form of the number', async () => {
    const old = await api.call('POST', '/call', {
      ...{ agent_id: agent, recipient: { phone_number: to }, from_number: '+91 9000000002' },
    });
    expect(old.status).toBe(200);
    await settled();
    expect((await post({ from_phone_number: '919000000002' })).status).toBe(200);
    expect(edge.requests.map(({ from, to: called }) => [from, called])).toEqual([
      ['+919000000002', to],
      ['+919000000002', to],
    ]);
  });

  it.each([
    ['callee-busy', 'busy', 'busy', 'Call recipient was busy'],
    ['no-answer', 'no-answer', 'no-answer', 'Call unanswered'],
    ['callee-declined', 'declined', 'failed', 'Call recipient rejected'],
    ['callee-not-found', 'failed', 'failed', 'Call recipient number invalid'],
    ['agent-unreachable', 'failed', 'failed', 'Network error'],
    ['internal-error', 'failed', 'error', 'Network error'],
  ] as const)('that end with %s are told in the words of the dialect', async (cause, outcome, status, reason) => {
    const id = await started();
    await edge.ends(id, cause, outcome);
    await settled();
    expect(await show(id)).toMatchObject({ status, telephony_data: { hangup_reason: reason } });
    expect((await show(id)).error_message).not.toBeNull();
  });

  it('wait until they are due', async () => {
    const due = api.clock.now() + 3_600_000;
    const { body } = await post({ scheduled_at: new Date(due).toISOString().replace('Z', '+00:00') });
    expect(body.status).toBe('scheduled');
    expect(await show(body.execution_id)).toMatchObject({
      status: 'scheduled',
      scheduled_at: new Date(due).toISOString(),
    });
    await api.clock.advanceAsync(3_599_000);
    expect(edge.requests).toEqual([]);
    await api.clock.advanceAsync(2_000);
    expect(edge.requests.map(({ call }) => call)).toEqual([body.execution_id]);
  });

  it('find no room, stay queued under a new call, and go through later', async () => {
    edge.answers('channel-limit', 'overloaded', 'ok');
    const id = await started();
    expect(await show(id)).toMatchObject({ status: 'queued', error_message: null });
    await api.clock.advanceAsync(9_000);
    expect(edge.requests).toHaveLength(1);
    await api.clock.advanceAsync(2_000);
    expect(edge.requests).toHaveLength(2);
    await api.clock.advanceAsync(6_000);
    const calls = edge.requests.map(({ call }) => call);
    expect([calls[0], new Set(calls).size]).toEqual([id, 3]);
    const now = await show(id);
    expect([now.status, now.telephony_data.provider_call_id]).toEqual(['initiated', calls[2]]);
  });

  it('wait for room a quarter of an hour, and no longer', async () => {
    edge.answers(...Array.from({ length: 200 }, () => 'rate-limit' as const));
    const id = await started();
    await api.clock.advanceAsync(14 * 60_000);
    expect((await show(id)).status).toBe('queued');
    await api.clock.advanceAsync(2 * 60_000);
    expect(await show(id)).toMatchObject({
      status: 'failed',
      telephony_data: { hangup_reason: 'Temporary network failure' },
    });
  });

  it('are not made twice when the answer of the edge is lost', async () => {
    edge.answers('silence');
    const id = await started();
    await edge.tells(id, 'call.attempted');
    await edge.tells(id, 'call.ringing');
    await api.clock.advanceAsync(60_000);
    expect([edge.requests.length, (await show(id)).status]).toEqual([1, 'ringing']);
  });

  it('are asked for again under the same id when nothing was heard', async () => {
    edge.answers('silence', 'ok');
    const id = await started();
    await api.clock.advanceAsync(30_000);
    expect(edge.requests.map(({ call }) => call)).toEqual([id, id]);
    expect((await show(id)).status).toBe('initiated');
  });

  it('wait for an edge when there is none, without another id', async () => {
    await edge.stop();
    const id = await started();
    await api.clock.advanceAsync(10_000);
    expect((await show(id)).status).toBe('queued');
    edge = await openEdge(api);
    await api.clock.advanceAsync(10_000);
    expect(edge.requests.map(({ call }) => call)).toEqual([id]);
  });

  it('wait while NATS is away, and are made when it is back', async () => {
    api.bus.setConnected(false);
    const id = await started();
    await api.clock.advanceAsync(60_000);
    expect((await show(id)).status).toBe('queued');
    api.bus.setConnected(true);
    await api.clock.advanceAsync(2_000);
    expect([edge.requests.length, (await show(id)).status]).toEqual([1, 'initiated']);
  });

  it('are tried again as retry_config says', async () => {
    const retry_config = { enabled: true, max_retries: 1, retry_intervals_minutes: [5] };
    const id = await started({ retry_config });
    await edge.ends(id, 'callee-busy', 'busy');
    await settled();
    expect(await show(id)).toMatchObject({
      ...{ status: 'rescheduled', retry_count: 1, error_message: 'The callee is busy' },
      retry_config: { ...retry_config, retry_on_statuses: ['no-answer', 'busy', 'failed'] },
      retry_history: [{ attempt: 1, status: 'busy', hangup_reason: 'Call recipient was busy', provider_call_id: id }],
    });
    await api.clock.advanceAsync(301_000);
    const [, second] = edge.requests;
    expect(second?.call).not.toBe(id);
    if (second === undefined) throw new Error('there was no second try');
    await edge.ends(second.call, 'no-answer', 'no-answer');
    await settled();
    expect(await show(id)).toMatchObject({ status: 'no-answer', retry_count: 1 });
  });

  describe('that are stopped', () => {
    it('are never made while they wait', async () => {
      const scheduled_at = new Date(api.clock.now() + 60_000).toISOString();
      const id = await started({ scheduled_at });
      const { status, body } = await stop(id);
      expect([status, body]).toEqual([200, { message: 'done', status: 'stopped', execution_id: id }]);
      await api.clock.advanceAsync(120_000);
      expect(edge.requests).toEqual([]);
      expect(await show(id)).toMatchObject({
        status: 'stopped',
        telephony_data: { hangup_reason: 'Call canceled by originator', hangup_by: 'API Request' },
      });
      expect(await stop(id)).toMatchObject({ status: 409, body: { error: 409 } });
    });

    it('are ended while they ring, and stay stopped', async () => {
      const id = await started();
      await edge.tells(id, 'call.ringing');
      await settled();
      expect((await stop(id)).status).toBe(200);
      expect(edge.hungUp).toEqual([id]);
      await edge.ends(id, 'hung-up-by-operator', 'cancelled');
      await settled();
      expect(await show(id)).toMatchObject({ status: 'stopped', telephony_data: { hangup_by: 'API Request' } });
      await api.clock.advanceAsync(120_000);
      expect(edge.hungUp).toEqual([id]);
    });

    it('are ended as soon as an edge is heard to have them, when the answer was lost', async () => {
      edge.answers('silence');
      const id = await started();
      expect((await stop(id)).status).toBe(200);
      await api.clock.advanceAsync(3_000);
      await edge.tells(id, 'call.attempted');
      const hungUp = new Promise<void>((resolve) => {
        void api.bus.respond(`call.${id}.hangup`, 'edges', async () => {
          resolve();
          return JSON.stringify({ ok: true });
        });
      });
      await api.clock.advanceAsync(3_000);
      await hungUp;
      expect((await show(id)).status).toBe('stopped');
    });

    it('are over when they were over', async () => {
      const id = await started();
      await edge.ends(id, 'callee-busy', 'busy');
      await settled();
      const answer = await stop(id);
      expect([answer.status, answer.body.message]).toEqual([409, 'The call cannot be stopped any more: it is busy']);
      expect((await stop('01ARZ3NDEKTSV4RRFFQ69G5FAV')).status).toBe(404);
      expect((await stop('none')).status).toBe(404);
    });
  });

  it.each([
    [{ agent_id: undefined }, 400, 'agent_id'],
    [{ agent_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }, 404, 'agent_id'],
    [{ recipient_phone_number: undefined }, 400, 'recipient_phone_number'],
    [{ recipient_phone_number: 'alice' }, 400, 'recipient_phone_number'],
    [{ recipient_phone_number: '+0123' }, 400, 'recipient_phone_number'],
    [{ recipient_phone_number: '+4930\r\nVia: evil' }, 400, 'recipient_phone_number'],
    [{ recipient: { phone_number: 'x y' } }, 400, 'recipient.phone_number'],
    [{ recipient: { phone_number: '+4930123' } }, 400, 'recipient'],
    [{ from_phone_number: '+4915112345678' }, 404, 'from_phone_number'],
    [{ from_number: '+4915112345678' }, 404, 'from_number'],
    [{ from_phone_number: '12\n34' }, 400, 'from_phone_number'],
    [{ from_phone_number: '919000000001', from_number: '919000000002' }, 400, 'from_number'],
    [{ user_data: [] }, 400, 'user_data'],
    [{ user_data: { 'trunkline-call-id': 'x' } }, 400, 'user_data.trunkline-call-id'],
    [{ user_data: { a_b: 1, 'a-b': 2 } }, 400, 'user_data.a-b'],
    [{ user_data: { x: 'a\r\nVia: evil' } }, 400, 'user_data.x'],
    [{ user_data: { 'x\r\nVia': 'evil' } }, 400, 'user_data.x\r\nVia'],
    [{ user_data: { x: 'y'.repeat(1_100) } }, 400, 'user_data.x'],
    [{ user_data: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`k${at}`, 1])) }, 400, 'user_data'],
    [{ scheduled_at: 'tomorrow' }, 400, 'scheduled_at'],
    [{ scheduled_at: '2020-01-01T00:00:00Z' }, 400, 'scheduled_at'],
    [{ scheduled_at: '2099-01-01T00:00:00Z' }, 400, 'scheduled_at'],
    [{ scheduled_at: '2027-01-15T09:00:00' }, 400, 'scheduled_at'],
    [{ retry_config: { max_retries: 4 } }, 400, 'retry_config.max_retries'],
    [{ retry_config: { retry_on_statuses: ['completed'] } }, 400, 'retry_config.retry_on_statuses[0]'],
    [{ retry_config: { retry_intervals_minutes: [] } }, 400, 'retry_config.retry_intervals_minutes'],
    [{ retry_config: true }, 400, 'retry_config'],
  ])('are refused at the field: %j', async (change, status, field) => {
    const { status: answered, body } = await post(change);
    expect([answered, body.error, body.details?.[0]?.path]).toEqual([status, status, field]);
    expect((await api.call('GET', '/executions')).body).toEqual({ data: [], next_cursor: null });
    expect(edge.requests).toEqual([]);
  });

  it('are refused where nothing can call', async () => {
    const { body: other } = await api.call('POST', '/agents', { name: 'unmapped', uri: 'sip:x@192.0.2.2' });
    expect(await post({ agent_id: other.id })).toMatchObject({
      status: 400,
      body: { details: [{ path: 'from_phone_number' }] },
    });
    await api.call('PATCH', `/sip-trunks/trunks/${trunk}`, { is_active: false });
    expect(await post({ from_phone_number: '919000000002' })).toMatchObject({
      status: 422,
      body: { message: 'from_phone_number cannot call: its trunk "one" is not active' },
    });
    await api.call('PATCH', `/agents/${agent}`, { is_active: false });
    expect(await post()).toMatchObject({ status: 422, body: { details: [{ path: 'agent_id' }] } });
  });

  it("belong to their account, whose numbers and agents are nobody else's", async () => {
    const id = await started();
    const other = await api.token('owner', 'other');
    expect((await api.call('GET', `/executions/${id}`, undefined, other)).status).toBe(404);
    expect((await api.call('POST', `/call/${id}/stop`, undefined, other)).status).toBe(404);
    expect((await api.call('GET', '/executions', undefined, other)).body).toEqual({ data: [], next_cursor: null });
    expect((await post({}, other)).body.details?.[0]?.path).toBe('agent_id');
    const { body: theirs } = await api.call('POST', '/agents', { name: 'x', uri: 'sip:x@192.0.2.9' }, other);
    const answer = await post({ agent_id: theirs.id, from_phone_number: '919000000001' }, other);
    expect([answer.status, answer.body.message]).toEqual([404, 'SIP trunk phone number not found in database']);
    expect((await post({}, await api.token('member'))).status).toBe(403);
  });

  it('are made once under one Idempotency-Key', async () => {
    const send = () =>
      api.config.server.inject({
        method: 'POST',
        url: '/call',
        headers: { authorization: 'Bearer tl_owner_of_default_0123456789', 'idempotency-key': 'once' },
        payload: { agent_id: agent, recipient_phone_number: to },
      });
    const [first, second] = [await send(), await send()];
    expect(second.json()).toEqual(first.json());
    await settled();
    expect(edge.requests).toHaveLength(1);
  });

  it('are listed newest first, by page and status', async () => {
    const ids = [await started(), await started(), await started()].reverse();
    const list = async (query: string) =>
      (await api.call('GET', `/executions${query}`)).body as unknown as {
        data: ExecutionAnswer[];
        next_cursor: string | null;
      };
    expect((await list('')).data.map(({ id }) => id)).toEqual(ids);
    const page = await list('?limit=2');
    expect(page.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect((await list(`?limit=2&cursor=${page.next_cursor}`)).data.map(({ id }) => id)).toEqual(ids.slice(2));
    expect((await list('?status=completed')).data).toEqual([]);
    for (const query of ['?limit=0', '?limit=x', '?status=done', '?cursor=x']) {
      expect((await api.call('GET', `/executions${query}`)).status).toBe(400);
    }
  });

  it('are given up when their end is never told', async () => {
    const id = await started();
    await edge.tells(id, 'call.answered');
    await settled();
    const before = api.clock.now();
    await api.store.changeExecution(id, (present) => ({ ...present, due_at: (before + 1_000) as Instant }));
    await api.clock.advanceAsync(2_000);
    expect(await show(id)).toMatchObject({ status: 'error', error_message: 'No edge answered' });
  });
});
