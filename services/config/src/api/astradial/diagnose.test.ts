import type { EdgeHeartbeat } from '@trunkline/contracts/edge-heartbeat';
import type { TrunkState } from '@trunkline/contracts/events/trunk-state';
import type { AccountId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { Trunk } from '@trunkline/contracts/trunk';
import { describe, expect, it } from 'vitest';
import { freshId, sampleTrunk } from '../../store/contract/sample.ts';
import { diagnose } from './diagnose.ts';

const now = 1_800_000_000_000 as Instant;
const { trunk: sample } = sampleTrunk(freshId() as AccountId);
const [first] = sample.gateways;
if (first === undefined) throw new Error('the sample has no gateway');
const base: Trunk = { ...sample, gateways: [first] };
const edge = 'edge-1' as EdgeHeartbeat['edge'];
const edges: EdgeHeartbeat[] = [
  { edge, at: now, started_at: now, applied: { trunks: 1, agents: 1 }, calls: 0, draining: false },
];
const registered: TrunkState['registration'] = {
  ...{ state: 'registered', registrar: 'b.example:5060', expires_at: (now + 60_000) as Instant, last_success_at: now },
  service_route: [],
};
const failed: TrunkState['registration'] = {
  ...{ state: 'failed', cause: 'no-answer', status: null, reason: '', failures: 3, retry_at: now },
  last_success_at: null,
};
const gateway = (reachable: boolean, reason: string): TrunkState['gateways'][number] => {
  return { gateway: first.id, name: 'b.example:5060', reachable, since: now, status: null, reason };
};
const told = (change: Partial<TrunkState> = {}): TrunkState => {
  const { id, account } = base;
  return {
    trunk: id,
    account,
    edge,
    at: now,
    registration: registered,
    gateways: [gateway(true, '200 OK')],
    ...change,
  };
};

describe('the diagnosis of a trunk', () => {
  it.each<[string, Partial<Trunk>, TrunkState | undefined, EdgeHeartbeat[], boolean, RegExp]>([
    ['all is well', {}, told(), edges, true, /works/],
    ['it is switched off', { is_active: false }, told(), edges, false, /not active/],
    ['it has expired', { expires_at: now }, told(), edges, false, /expired at 2027/],
    ['no edge is there', {}, told(), [], false, /No edge is there/],
    ['nothing was heard', {}, undefined, edges, false, /try again/],
    [
      'nothing will be heard',
      { registration: 'none', qualify: { interval_s: 0 } },
      undefined,
      edges,
      false,
      /only a call can tell/,
    ],
    [
      'the registrar is silent',
      {},
      told({ registration: failed }),
      edges,
      false,
      /no-answer, 3 times in a row; it was never/,
    ],
    [
      'the registration ran out',
      {},
      told({ registration: { ...registered, expires_at: now } as typeof registered }),
      edges,
      false,
      /ran out/,
    ],
    [
      'we removed it',
      {},
      told({ registration: { state: 'unregistered', reason: 'moved', last_success_at: now } }),
      edges,
      false,
      /Not registered \(moved\); it was last registered at 2027/,
    ],
    [
      'a name does not resolve',
      { registration: 'none' },
      told({ registration: null, gateways: [gateway(false, '503 b.example does not resolve')] }),
      edges,
      false,
      /b\.example:5060 does not answer since 2027.*does not resolve/,
    ],
  ])('says so when %s', (_name, change, state, live, success, message) => {
    const found = diagnose({ trunk: { ...base, ...change }, state, edges: live, now });
    expect([found.success, found.message]).toEqual([success, expect.stringMatching(message)]);
    expect(found.checks.map(({ check }) => check)).toEqual(['active', 'edges', 'registration', 'gateway']);
  });

  it('does not claim what it cannot know', () => {
    const theirs = diagnose({ trunk: { ...base, registration: 'they-register' }, state: undefined, edges, now });
    expect(theirs.checks.slice(2).map(({ ok }) => ok)).toEqual([null, null]);
    const off = diagnose({ trunk: { ...base, qualify: { interval_s: 0 } }, state: undefined, edges, now });
    expect(off.checks[3]?.detail).toContain('OPTIONS are off');
    const orphan = diagnose({ trunk: base, state: told({ edge: 'edge-9' as never }), edges, now });
    expect(orphan.checks[1]).toMatchObject({ ok: null, detail: expect.stringContaining('edge-9') });
  });
});
