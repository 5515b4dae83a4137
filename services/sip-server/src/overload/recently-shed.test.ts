import type { Instant } from '@trunkline/contracts/time';
import { describe, expect, it } from 'vitest';
import { RecentlyShed } from './recently-shed.ts';

const at = (time: number): Instant => time as Instant;

describe('what was answered 503', () => {
  it('is remembered for four seconds and forgotten after eight', () => {
    const shed = new RecentlyShed();
    expect(shed.any(at(0))).toBe(false);
    shed.add('a', at(0));
    expect([shed.any(at(3_999)), shed.has('a')]).toEqual([true, true]);
    shed.add('b', at(4_000));
    expect([shed.has('a'), shed.has('b')]).toEqual([true, true]);
    expect([shed.any(at(8_000)), shed.has('a'), shed.has('b')]).toEqual([true, false, true]);
    expect([shed.any(at(20_000)), shed.any(at(30_000)), shed.has('b')]).toEqual([false, false, false]);
  });

  it('is forgotten sooner when there is too much of it', () => {
    const shed = new RecentlyShed();
    for (let number = 0; number < 70_000; number += 1) shed.add(`k${number}`, at(1));
    expect([shed.has('k0'), shed.has('k69999')]).toEqual([false, true]);
  });
});
