import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import { INTERVAL_MS, OverloadGate } from './overload-gate.ts';
import { SourceLimits } from './source-limits.ts';

/** Intervals of too much before the first cut. */
const PATIENCE = 3;

function world() {
  const clock = createFakeClock();
  const dropped: string[] = [];
  const state = { waiting_bytes: 0, loop_use: 0.3 };
  const gate = new OverloadGate({
    clock,
    sources: new SourceLimits(100),
    scanners: ['friendly-scanner'],
    waiting_bytes: () => state.waiting_bytes,
    loop_use: () => state.loop_use,
    events: { dropped: (reason) => void dropped.push(reason) },
  });
  gate.start();
  const ask = (count: number): number => {
    let admitted = 0;
    for (let each = 0; each < count; each += 1) if (gate.admits()) admitted += 1;
    return admitted;
  };
  return { clock, dropped, state, gate, ask };
}

describe('the gate for new INVITEs', () => {
  it('lets all through until there is too much to do, then fewer, and all again when it is calm', () => {
    const { clock, state, gate, ask } = world();
    expect(ask(40)).toBe(40);
    clock.advance(INTERVAL_MS);
    expect(ask(40)).toBe(40);
    state.waiting_bytes = 1_048_576;
    for (let each = 0; each < PATIENCE; each += 1) {
      clock.advance(INTERVAL_MS);
      expect(ask(40)).toBe(40);
    }
    clock.advance(INTERVAL_MS);
    expect(ask(50)).toBe(30);
    state.waiting_bytes = 200_000;
    clock.advance(INTERVAL_MS);
    expect(ask(50)).toBe(30);
    state.waiting_bytes = 0;
    clock.advance(INTERVAL_MS);
    expect(gate.allowance).toBe(32);
    expect(ask(10)).toBe(10);
    clock.advance(INTERVAL_MS);
    expect(gate.allowance).toBeUndefined();
    expect(ask(500)).toBe(500);
    gate.stop();
    expect(clock.pending()).toEqual([]);
  });

  it('knows the queue of an application by the shortest answer of an interval', () => {
    const { clock, gate, ask } = world();
    ask(20);
    const late = gate.applicationAsked();
    clock.advance(90);
    const prompt = gate.applicationAsked();
    clock.advance(5);
    late.answered();
    prompt.answered();
    prompt.answered();
    clock.advance(5);
    expect(gate.load?.application_delay_ms).toBe(5);
    ask(20);
    const slow = gate.applicationAsked();
    clock.advance(3 * INTERVAL_MS);
    expect(gate.load?.application_delay_ms).toBe(0);
    slow.answered();
    clock.advance(INTERVAL_MS);
    expect(gate.load?.application_delay_ms).toBe(300);
  });

  it('takes the age of the oldest question when many wait and none was answered', () => {
    const { clock, gate } = world();
    for (let each = 0; each < 20; each += 1) gate.applicationAsked();
    clock.advance(3 * INTERVAL_MS);
    expect(gate.load?.application_delay_ms).toBe(300);
    clock.advance(3 * INTERVAL_MS);
    expect(gate.allowance).toBe(1);
  });

  it('is not closed by one interval that was full, but by several', () => {
    const { clock, state, gate, ask } = world();
    state.loop_use = 1;
    clock.advance(INTERVAL_MS);
    expect(gate.allowance).toBeUndefined();
    for (let each = 0; each < 30; each += 1) {
      ask(40);
      clock.advance(INTERVAL_MS);
    }
    expect(gate.allowance).toBeLessThan(40);
  });

  it('counts what applications have not taken', () => {
    const { clock, state, gate, ask } = world();
    state.waiting_bytes = 4_000_000;
    clock.advance(PATIENCE * INTERVAL_MS);
    ask(10);
    clock.advance(INTERVAL_MS);
    expect([gate.allowance, ask(10)]).toEqual([5, 5]);
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
