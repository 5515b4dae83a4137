import type { Instant } from '@trunkline/contracts/time';
import { describe, expect, it } from 'vitest';
import { SourceLimits } from './source-limits.ts';

const at = (ms: number): Instant => (1_800_000_000_000 + ms) as Instant;
const taken = (limits: SourceLimits, address: string, count: number, now: Instant): number => {
  let sum = 0;
  for (let each = 0; each < count; each += 1) if (limits.judge(address, now) === 'take') sum += 1;
  return sum;
};

describe('what a source may send', () => {
  it('is its rate, with one second of it at once', () => {
    const limits = new SourceLimits(100);
    expect(taken(limits, '192.0.2.1', 500, at(0))).toBe(100);
    expect(limits.judge('192.0.2.1', at(0))).toBe('too many');
    expect(taken(limits, '192.0.2.1', 500, at(100))).toBe(10);
    expect(taken(limits, '192.0.2.1', 500, at(60_000))).toBe(100);
  });
  it('does not depend on what others send, nor on a clock that is set back', () => {
    const limits = new SourceLimits(100);
    taken(limits, '192.0.2.1', 500, at(0));
    expect(taken(limits, '192.0.2.2', 50, at(0))).toBe(50);
    expect(taken(limits, '192.0.2.2', 500, at(-60_000))).toBe(50);
  });
  it('is nothing while it is banned, and all of it afterwards', () => {
    const limits = new SourceLimits(100);
    limits.ban('192.0.2.1', at(1_000));
    limits.ban('192.0.2.3', at(1_000));
    expect(limits.judge('192.0.2.1', at(999))).toBe('banned');
    expect(limits.judge('192.0.2.2', at(999))).toBe('take');
    expect(limits.judge('192.0.2.1', at(1_000))).toBe('take');
    expect(limits.bans).toBe(1);
    limits.unban('192.0.2.3');
    expect(limits.judge('192.0.2.3', at(999))).toBe('take');
  });
  it('is remembered of so many sources and bans only', () => {
    const limits = new SourceLimits(100);
    for (let host = 0; host < 70_000; host += 1) {
      limits.judge(`2001:db8::${host.toString(16)}`, at(0));
      limits.ban(`2001:db8:1::${host.toString(16)}`, at(1_000));
    }
    expect([limits.sources, limits.bans]).toEqual([16_384, 65_536]);
  });
});
