import { heartbeatLifetime_ms } from '@trunkline/contracts/edge-heartbeat';
import type { TrunkState } from '@trunkline/contracts/events/trunk-state';
import type { EdgeId, GatewayId } from '@trunkline/contracts/ids';
import { describe, expect, it } from 'vitest';
import { accountA, accountB, at, refusedRecord, sampleRecord, start, trunkA } from '../testing/sample-calls.ts';
import { accessA, sampleAgent, sampleHeartbeat, sampleTrunk, sealedPassword } from '../testing/sample-trunk.ts';
import { EdgesView, edgeMemory_ms } from './edges-view.ts';
import { Lately, latelyWindow_min, minuteOf } from './lately.ts';
import { maySee, visibleRecord } from './may-see.ts';
import { TokensView } from './tokens-view.ts';
import { trunkFacts } from './trunks-view.ts';
import { createView, trunkSummary } from './view.ts';

describe('EdgesView', () => {
  it('takes an edge as live for its lifetime after a beat, by the clock of the reader', () => {
    const edges = new EdgesView();
    edges.put(sampleHeartbeat({ at: at(-3_600_000) }), start, true);
    expect(edges.live(at(heartbeatLifetime_ms))).toHaveLength(1);
    expect(edges.live(at(heartbeatLifetime_ms + 1))).toHaveLength(0);
    expect(edges.list(at(heartbeatLifetime_ms + 1))).toHaveLength(1);
    expect(edges.list(at(edgeMemory_ms + 1))).toHaveLength(0);
  });

  it('does not take an old entry found at the start as a beat', () => {
    const edges = new EdgesView();
    edges.put(sampleHeartbeat({ at: at(-60_000) }), start, false);
    expect(edges.live(start)).toHaveLength(0);
  });

  it('does not trust a time of the future', () => {
    const edges = new EdgesView();
    edges.put(sampleHeartbeat({ at: at(3_600_000) }), start, false);
    expect(edges.live(at(heartbeatLifetime_ms + 1))).toHaveLength(0);
  });

  it('says when more has changed than the time', () => {
    const edges = new EdgesView();
    expect(edges.put(sampleHeartbeat(), start, true)).toBe(true);
    expect(edges.put(sampleHeartbeat(), at(2_000), true)).toBe(false);
    expect(edges.put(sampleHeartbeat({ applied: { trunks: 2, agents: 1 } }), at(4_000), true)).toBe(true);
    expect(edges.put(sampleHeartbeat({ applied: { trunks: 2, agents: 1 } }), at(60_000), true)).toBe(true);
  });
});

describe('Lately', () => {
  it('counts within the window and forgets what is older', () => {
    const lately = new Lately();
    const window_ms = latelyWindow_min * 60_000;
    lately.add({ trunk: trunkA, minute: minuteOf(start), calls: 3, failed: 1 });
    lately.add({ trunk: trunkA, minute: minuteOf(start), calls: 1, failed: 1 });
    lately.add({ trunk: trunkA, minute: minuteOf(at(60_000)), calls: 5, failed: 0 });
    expect(lately.of(trunkA, at(60_000))).toEqual({ calls: 9, failed: 2 });
    expect(lately.of(trunkA, at(window_ms))).toEqual({ calls: 5, failed: 0 });
    lately.forget(at(window_ms + 60_000));
    expect(lately.of(trunkA, start)).toEqual({ calls: 0, failed: 0 });
  });
});

describe('maySee and visibleRecord', () => {
  it.each([
    [accountA, false, true],
    [accountB, false, false],
    [accountB, true, false],
    [null, false, false],
    [null, true, true],
  ] as const)('account %s, operator %s: %s', (account, operator, expected) => {
    expect(maySee({ ...accessA, operator }, account)).toBe(expected);
  });

  it.each([false, true])('shows no candidate of another account and keeps the count (operator %s)', (operator) => {
    const record = operator ? refusedRecord(1) : sampleRecord(1);
    const visible = visibleRecord({ ...accessA, operator }, record);
    expect(visible.explanation.candidates.map(({ account }) => account)).toEqual([accountA]);
    expect(visible.explanation.candidates_total).toBe(2);
    expect(JSON.stringify(visible)).not.toContain('Secret of B');
    expect({ ...visible, explanation: record.explanation }).toEqual(record);
  });
});

describe('TokensView', () => {
  it('knows a token by its SHA-256 until it expires', () => {
    const tokens = new TokensView();
    const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
    tokens.put(hash, { ...accessA, expires_at: at(1_000) });
    expect(tokens.accessOf('test', start)).toMatchObject({ account: accountA });
    expect(tokens.accessOf('test', at(1_000))).toBeUndefined();
    expect(tokens.accessOf('tesT', start)).toBeUndefined();
    tokens.delete(hash);
    expect(tokens.accessOf('test', start)).toBeUndefined();
  });
});

describe('trunkSummary', () => {
  it('says what is configured, what goes on and who has applied it, and nothing secret', () => {
    const view = createView();
    view.trunks.putAgent('a', sampleAgent);
    view.trunks.putTrunk('k', trunkFacts(sampleTrunk(), 5));
    view.edges.put(sampleHeartbeat({ applied: { trunks: 5, agents: 0 } }), start, true);
    view.edges.put(sampleHeartbeat({ edge: 'edge-2' as EdgeId, applied: { trunks: 4, agents: 0 } }), start, true);
    view.lately.add({ trunk: trunkA, minute: minuteOf(start), calls: 2, failed: 1 });
    const [facts] = view.trunks.trunksOf(accountA);
    expect(facts).toBeDefined();
    const summary = facts && trunkSummary(view, facts, start);
    expect(summary).toMatchObject({
      name: 'Carrier A',
      numbers: [{ number: '+4930222', agent_name: 'Anna' }],
      numbers_count: 1,
      calls_now: 0,
      lately: { calls: 2, failed: 1, minutes: latelyWindow_min },
      generation: 5,
      applied: { edges_live: 2, on: ['edge-1'] },
    });
    expect(JSON.stringify([facts, summary])).not.toContain(sealedPassword);
    expect(JSON.stringify([facts, summary])).not.toContain('carrier-user');
  });

  const state = (registration: TrunkState['registration']): TrunkState => ({
    trunk: trunkA,
    account: accountA,
    edge: 'edge-1' as EdgeId,
    at: start,
    registration,
    gateways: [
      {
        gateway: '0W000000000000000000000001' as GatewayId,
        name: 'sip.carrier.example:5060',
        reachable: false,
        since: start,
        status: 503,
        reason: '503 Service Unavailable',
      },
    ],
  });
  const registered = {
    state: 'registered',
    registrar: 'sip.carrier.example:5060',
    expires_at: at(60_000),
    last_success_at: start,
    service_route: [] as string[],
  } as const;
  const failed = {
    state: 'failed',
    cause: 'credentials-refused',
    status: 403,
    reason: '403 Forbidden',
    failures: 1,
    retry_at: at(300_000),
    last_success_at: null,
  } as const;
  it.each([
    ['we-register', null, 0, 'unknown'],
    ['we-register', registered, 59_999, 'registered'],
    ['we-register', registered, 60_000, 'unknown'],
    ['we-register', failed, 0, 'failed'],
    ['none', registered, 0, 'unknown'],
  ] as const)('shows a trunk of registration %s told %j at %i ms as %s', (registration, told, now, status) => {
    const view = createView();
    view.trunks.putTrunk('k', trunkFacts(sampleTrunk({ registration }), 5));
    view.trunkStates.put('k', state(told));
    const [facts] = view.trunks.trunksOf(accountA);
    const summary = facts && trunkSummary(view, facts, at(now));
    expect(summary?.registration_status).toBe(status);
    expect(summary?.gateways).toMatchObject([{ reachable: false, reachable_reason: '503 Service Unavailable' }]);
    view.trunkStates.delete('k');
    expect(facts && trunkSummary(view, facts, at(now))).toMatchObject({
      registration_status: 'unknown',
      registration_state: null,
      gateways: [{ reachable: null }],
    });
  });

  it('lists each account its own trunks, in the order of their making, through changes', () => {
    const view = createView();
    const [first, second] = [sampleTrunk(), sampleTrunk({ id: '0T000000000000000000000009' as typeof trunkA })];
    view.trunks.putTrunk('2', trunkFacts(second, 1));
    view.trunks.putTrunk('1', trunkFacts(first, 2));
    expect(view.trunks.trunksOf(accountA).map(({ id }) => id)).toEqual([first.id, second.id]);
    view.trunks.putTrunk('2', trunkFacts({ ...second, name: 'New name' }, 1));
    expect(view.trunks.trunksOf(accountA).map(({ name }) => name)).toEqual(['Carrier A', 'New name']);
    view.trunks.deleteTrunk('1');
    expect(view.trunks.trunksOf(accountA)).toHaveLength(1);
    expect(view.trunks.trunksOf(accountB)).toEqual([]);
    expect(view.trunks.trunk(first.id)).toBeUndefined();
  });
});
