import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import type { Application } from '../control/application.ts';
import { INTERVAL_MS } from './application-load.ts';
import { OverloadGate } from './overload-gate.ts';
import { SourceLimits } from './source-limits.ts';

/** Intervals of too much before anything is limited. */
const PATIENCE = 1;

type FakeApplication = Application & { open: boolean; congested: boolean; waiting_bytes: number };
const application = (number: number): FakeApplication => {
  return { number, tags: [], open: true, congested: false, waiting_bytes: 0, send: () => {} };
};

function world() {
  const clock = createFakeClock();
  const dropped: string[] = [];
  const state = { backlog_ms: 0 };
  const [one, other] = [application(1), application(2)];
  const applications: (typeof one)[] = [one];
  const gate = new OverloadGate({
    clock,
    sources: new SourceLimits(100),
    scanners: ['friendly-scanner'],
    applications: () => applications,
    backlog_ms: () => state.backlog_ms,
    events: { banned: () => {}, dropped: (reason) => void dropped.push(reason) },
  });
  gate.start();
  /** So many ask at once, and are got to at once. */
  const ask = (count: number, app = one): number => {
    let admitted = 0;
    for (let each = 0; each < count; each += 1) {
      if (gate.admits(app)) {
        admitted += 1;
        gate.asked(app, 'INVITE').answered();
      } else gate.turnedAway();
    }
    return admitted;
  };
  /** The same number a millisecond over some intervals. */
  const flow = (per_ms: number, intervals: number, app = one): number => {
    let admitted = 0;
    for (let ms = 0; ms < intervals * INTERVAL_MS; ms += 1) {
      admitted += ask(per_ms, app);
      clock.advance(1);
    }
    return admitted;
  };
  return { clock, dropped, state, gate, ask, flow, applications, one, other };
}

describe('the gate for new INVITEs', () => {
  it('lets all through until an application has too much to do, then fewer, evenly, and all again when it is calm', () => {
    const { clock, state, gate, flow, one } = world();
    expect(flow(1, 30)).toBe(3_000);
    one.waiting_bytes = 2_097_152;
    expect(flow(1, PATIENCE)).toBe(100 * PATIENCE);
    expect(gate.limited).toBe(false);
    clock.advance(INTERVAL_MS);
    expect(gate.limited).toBe(true);
    const cut = gate.allowance(one) ?? 0;
    expect(cut).toBeGreaterThan(40);
    expect(cut).toBeLessThan(80);
    const admitted = flow(1, 1);
    expect(Math.abs(admitted - cut)).toBeLessThanOrEqual(2);
    one.waiting_bytes = 524_288;
    const allowance = gate.allowance(one) ?? 0;
    flow(1, 1);
    expect(gate.allowance(one)).toBe(allowance);
    one.waiting_bytes = 0;
    state.backlog_ms = 100;
    flow(1, 1);
    expect(gate.allowance(one)).toBe(allowance);
    state.backlog_ms = 0;
    flow(1, 20);
    expect([gate.limited, flow(1, 5)]).toEqual([false, 500]);
    gate.stop();
    expect(clock.pending()).toEqual([]);
  });

  it('never begins with a burst of what was saved up', () => {
    const { clock, gate, ask, flow, one } = world();
    flow(1, 30);
    one.waiting_bytes = 1_048_576;
    clock.advance(10 * INTERVAL_MS);
    const allowance = gate.allowance(one) ?? 0;
    expect(ask(100)).toBeLessThanOrEqual(Math.ceil(allowance * 0.3));
  });

  it('limits the application that is slow, and not the other', () => {
    const { clock, gate, flow, applications, one, other } = world();
    applications.push(other);
    for (let interval = 0; interval < 10; interval += 1) {
      for (let count = 0; count < 20; count += 1) gate.asked(one, 'BYE');
      gate.asked(other, 'BYE').answered();
      flow(1, 1, one);
      flow(1, 1, other);
    }
    expect(gate.allowance(one)).toBeDefined();
    expect(gate.allowance(other)).toBeUndefined();
    expect(gate.hasRoom()).toBe(true);
    one.open = false;
    clock.advance(INTERVAL_MS);
    expect([gate.limited, gate.loads.length]).toEqual([false, 1]);
  });

  it('takes an INVITE as got to when its application calls somebody, or answers it', () => {
    const { clock, gate, one } = world();
    for (let count = 0; count < 3; count += 1) gate.asked(one, 'INVITE');
    gate.calls(one);
    gate.calls(one);
    clock.advance(INTERVAL_MS);
    expect(gate.loads[0]?.reached).toBe(2);
  });

  it('shuts out an application that neither answers nor calls', () => {
    const { clock, gate, one } = world();
    for (let count = 0; count < 20; count += 1) {
      gate.admits(one);
      gate.asked(one, 'INVITE');
    }
    clock.advance(INTERVAL_MS);
    // There were no better times to compare it with.
    expect(gate.loads[0]?.application_delay_ms).toBe(0);
    for (let count = 0; count < 20; count += 1) gate.asked(one, 'BYE');
    clock.advance(6 * INTERVAL_MS);
    expect(gate.loads[0]?.application_delay_ms).toBe(600);
    expect(gate.allowance(one)).toBe(1);
  });

  it('counts what applications have not taken', () => {
    const { clock, gate, flow, one } = world();
    flow(1, 10);
    one.waiting_bytes = 4_000_000;
    clock.advance((PATIENCE + 1) * INTERVAL_MS);
    expect(gate.allowance(one)).toBeLessThan(50);
  });

  it('has room when there is no application, which is another matter, and none when all are congested', () => {
    const { gate, applications, one } = world();
    one.congested = true;
    expect(gate.hasRoom()).toBe(false);
    applications.length = 0;
    expect(gate.hasRoom()).toBe(true);
  });
});

describe('what is dropped', () => {
  it('is counted with its reason', () => {
    const { dropped, gate } = world();
    const taken = Array.from({ length: 101 }, () => gate.takesFrom('192.0.2.1')).filter(Boolean).length;
    expect(taken).toBe(100);
    expect([
      gate.isScanner('friendly-scanner'),
      gate.isScanner('Friendly-Scanner 1.8'),
      gate.isScanner('Asterisk'),
    ]).toEqual([true, true, false]);
    expect(gate.isScanner(undefined)).toBe(false);
    expect(dropped).toEqual(['source rate', 'scanner', 'scanner']);
  });
});
