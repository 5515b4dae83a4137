import type { AccountId, AgentId, CallId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { expect, it } from 'vitest';
import type { Execution } from '../../calls/execution.ts';
import { newExecution } from '../../calls/new-execution.ts';
import { accept, refuse } from '../../result.ts';
import { freshId, sampleAgent, sampleAuthor, sampleNumber, sampleToken, sampleTrunk } from './sample.ts';
import { drained, later, type Subject } from './subject.ts';

const at = 1_800_000_000_000 as Instant;

export function sampleExecution(account: AccountId, change: Partial<Execution> = {}): Execution {
  const made = newExecution({
    id: freshId() as CallId,
    account,
    agent: freshId() as AgentId,
    trunk: freshId() as TrunkId,
    from: '4930123',
    to: '+4940123456',
    user_data: { name: 'Asha', list: [1, null, { deep: 'ü' }] },
    scheduled_at: null,
    retry: {
      enabled: true,
      max_retries: 2,
      retry_on_statuses: ['busy'],
      retry_on_voicemail: false,
      retry_intervals_minutes: [30],
    },
    now: at,
  });
  return { ...made, ...change };
}

const over = { status: 'completed', due_at: null } as const;

export function executionCases(subject: () => Subject): void {
  const create = async (execution: Execution) => {
    const { bare } = subject();
    expect(await bare.by(sampleAuthor(execution.account)).createExecution(execution)).toEqual(accept(execution));
    return execution;
  };

  it('gives back an execution exactly as it was stored, to its account', async () => {
    const { store, own, other } = subject();
    const one = await create(sampleExecution(own));
    expect(await store.execution(own, one.id)).toStrictEqual(one);
    expect(await store.execution(other, one.id)).toBeUndefined();
    expect(await store.executions(own, { limit: 10 })).toStrictEqual([one]);
    expect(await store.executions(other, { limit: 10 })).toEqual([]);
    const [entry] = await store.audit(own, { limit: 1 });
    expect(entry).toMatchObject({ action: 'call.created', target: { id: one.id, name: one.to } });
    expect(JSON.stringify(entry)).not.toContain('Asha');
  });

  it('lists the newest first, by page and status', async () => {
    const { store, own } = subject();
    const made = [];
    for (const status of ['queued', 'completed', 'queued'] as const) {
      made.push(await create(sampleExecution(own, { status })));
    }
    const [first, second, third] = made.map(({ id }) => id);
    const ids = async (page: Parameters<typeof store.executions>[1]) =>
      (await store.executions(own, page)).map(({ id }) => id);
    expect(await ids({ limit: 2 })).toEqual([third, second]);
    expect(await ids({ limit: 2, before: second ?? '' })).toEqual([first]);
    expect(await ids({ limit: 9, status: 'queued' })).toEqual([third, first]);
  });

  it('finds executions by the call of their present try', async () => {
    const { store, own, other } = subject();
    const one = await create(sampleExecution(own));
    const two = await create(sampleExecution(other));
    await create(sampleExecution(own));
    const found = await store.executionsByCall([one.call, two.call, freshId() as CallId]);
    expect(found.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
    expect(await store.executionsByCall([])).toEqual([]);
    const call = freshId() as CallId;
    await store.changeExecution(one.id, (present) => ({ ...present, call }));
    expect(await store.executionsByCall([one.call])).toEqual([]);
    expect((await store.executionsByCall([call])).map(({ id }) => id)).toEqual([one.id]);
  });

  it('changes one after the other, and not where the decision is to leave it', async () => {
    const { store, own } = subject();
    const { id } = await create(sampleExecution(own));
    const raise = () => store.changeExecution(id, (present) => ({ ...present, put_off: present.put_off + 1 }));
    await Promise.all(Array.from({ length: 8 }, raise));
    expect((await store.execution(own, id))?.put_off).toBe(8);
    expect(await store.changeExecution(id, () => undefined)).toBeUndefined();
    expect((await store.execution(own, id))?.put_off).toBe(8);
    expect(await store.changeExecution(freshId() as CallId, (present) => present)).toBeUndefined();
  });

  it('hands out what is due once, the longest waiting first', async () => {
    const { store, own } = subject();
    const due = async (due_at: number | null) => await create(sampleExecution(own, { due_at: due_at as Instant }));
    const [second, first, third] = [await due(at - 1), await due(at - 2), await due(at)];
    await due(at + 1);
    await due(null);
    const take = (limit: number) =>
      store.changeDueExecutions(at, limit, (present) => ({ ...present, due_at: later, put_off: 1 }));
    const taken = await take(2);
    expect(taken.map(({ id, put_off }) => [id, put_off])).toEqual([
      [first.id, 1],
      [second.id, 1],
    ]);
    const [one, two] = await Promise.all([take(10), take(10)]);
    expect([...one, ...two].map(({ id }) => id)).toEqual([third.id]);
    expect(await store.execution(own, third.id)).toMatchObject({ due_at: later });
  });

  it('stops for its account only, and as decided', async () => {
    const { bare, store, own, other } = subject();
    const one = await create(sampleExecution(own));
    const stop = (account: AccountId) =>
      bare.by(sampleAuthor(account)).stopExecution(one.id, (present) => accept({ ...present, status: 'stopped' }));
    expect(await stop(other)).toEqual(refuse({ kind: 'not-found' }));
    expect(await bare.by(sampleAuthor(own)).stopExecution(one.id, () => refuse('no'))).toEqual(refuse('no'));
    expect(await store.execution(own, one.id)).toEqual(one);
    expect(await stop(own)).toEqual(accept({ ...one, status: 'stopped' }));
    const [entry] = await store.audit(own, { limit: 1 });
    expect(entry).toMatchObject({ action: 'call.stopped', changes: [{ from: 'queued', to: 'stopped' }] });
  });

  it('forgets what has been over for long', async () => {
    const { store, own } = subject();
    const old = await create(sampleExecution(own, over));
    const young = await create(sampleExecution(own, { ...over, updated_at: later }));
    const open = await create(sampleExecution(own));
    expect(await store.forgetExecutions(later)).toBe(1);
    expect(await store.execution(own, old.id)).toBeUndefined();
    expect(await store.execution(own, young.id)).toBeDefined();
    expect(await store.execution(own, open.id)).toBeDefined();
    expect(await store.forgetExecutions(later)).toBe(0);
  });

  it('finds the numbers that may call, by what they mean and by agent', async () => {
    const { store, own, other } = subject();
    const agent = sampleAgent(own);
    await store.createAgent(agent);
    const numbers = [sampleNumber('03012345678', agent.agent.id), sampleNumber('+4930111222333')];
    const { trunk } = sampleTrunk(own, { numbers, direction: 'outbound', gateways: [] });
    await store.createTrunk({ trunk, as_given: {} });
    const { id, name, direction, is_active, expires_at } = trunk;
    const found = { number: '03012345678', trunk: { id, name, direction, is_active, expires_at, gateways: 0 } };
    expect(await store.callerNumbers(own, { key: '493012345678' })).toEqual([found]);
    expect(await store.callerNumbers(own, { key: '03012345678' })).toEqual([found]);
    expect(await store.callerNumbers(own, { agent: agent.agent.id })).toEqual([found]);
    expect(await store.callerNumbers(own, { key: '4930111222333' })).toHaveLength(1);
    expect(await store.callerNumbers(own, { key: '4930' })).toEqual([]);
    expect(await store.callerNumbers(other, { key: '493012345678' })).toEqual([]);
    expect(await store.callerNumbers(other, { agent: agent.agent.id })).toEqual([]);
  });

  it('forgets tokens that ended before then, and tells publication', async () => {
    const { store, own } = subject();
    const ended = sampleToken(own, { expires_at: at });
    const lasting = sampleToken(own, { expires_at: later });
    for (const token of [ended, lasting]) await store.createToken(token);
    await drained(store);
    expect(await store.forgetTokens(later)).toBe(1);
    expect(await store.access(ended.hash)).toBeUndefined();
    expect(await store.access(lasting.hash)).toBeDefined();
    expect(await drained(store)).toEqual([{ bucket: 'tokens', key: ended.hash, value: null }]);
  });

  it('keeps the last owner token of an account', async () => {
    const { store, own } = subject();
    const [first] = await store.tokens(own);
    const id = first?.id ?? '';
    await store.createToken(sampleToken(own, { role: 'admin' }));
    await store.createToken(sampleToken(own, { expires_at: (at - 1) as Instant }));
    expect(await store.deleteToken(own, id)).toEqual(refuse({ kind: 'last-owner' }));
    const second = sampleToken(own, { role: 'owner' });
    await store.createToken(second);
    const both = await Promise.all([store.deleteToken(own, id), store.deleteToken(own, second.id)]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both).toContainEqual(refuse({ kind: 'last-owner' }));
  });
}
