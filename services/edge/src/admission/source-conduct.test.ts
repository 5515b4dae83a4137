import type { Instant } from '@trunkline/contracts/time';
import { beforeEach, describe, expect, it } from 'vitest';
import { SourceConduct } from './source-conduct.ts';

const at = (ms: number): Instant => ms as Instant;
const minute_ms = 60_000;

describe('the conduct of sources', () => {
  let banned: string[];
  let conduct: SourceConduct;
  const open = (failures: number) =>
    new SourceConduct({
      isKnown: (address) => address === '198.51.100.1',
      failures,
      ban_s: 600,
      onBan: (address) => banned.push(address),
    });
  const fail = (address: string, times: number, now = at(0)) => {
    for (let count = 0; count < times; count += 1) conduct.failed(address, now);
  };
  beforeEach(() => {
    banned = [];
    conduct = open(3);
  });

  it('ends in a ban after so many failures, told once', () => {
    fail('192.0.2.1', 2);
    expect(conduct.sentence('192.0.2.1', at(0))).toBeUndefined();
    fail('192.0.2.1', 1);
    expect(conduct.sentence('192.0.2.1', at(0))).toBe(600);
    expect(conduct.sentence('192.0.2.1', at(0))).toBeUndefined();
    expect(conduct.sentence('192.0.2.2', at(0))).toBeUndefined();
    expect(banned).toEqual(['192.0.2.1']);
  });

  it('counts failures within a minute', () => {
    fail('192.0.2.1', 2, at(0));
    fail('192.0.2.1', 1, at(minute_ms + 1));
    expect(conduct.sentence('192.0.2.1', at(minute_ms + 1))).toBeUndefined();
    fail('192.0.2.1', 2, at(2 * minute_ms));
    expect(conduct.sentence('192.0.2.1', at(2 * minute_ms))).toBe(600);
  });

  it('leaves those alone who are known by their address', () => {
    fail('198.51.100.1', 100);
    expect(conduct.sentence('198.51.100.1', at(0))).toBeUndefined();
  });

  it('leaves an address alone where somebody has proven a password within the hour', () => {
    conduct.proved('192.0.2.1', at(0));
    fail('192.0.2.1', 100, at(1));
    expect(conduct.sentence('192.0.2.1', at(60 * minute_ms))).toBeUndefined();
    fail('192.0.2.1', 3, at(61 * minute_ms));
    expect(conduct.sentence('192.0.2.1', at(61 * minute_ms))).toBe(600);
  });

  it('bans nobody where it is switched off', () => {
    conduct = open(0);
    fail('192.0.2.1', 100);
    expect(conduct.sentence('192.0.2.1', at(0))).toBeUndefined();
  });

  it('remembers so many addresses and no more', () => {
    for (let host = 0; host < 50_000; host += 1) {
      conduct.failed(`2001:db8::${host.toString(16)}`, at(0));
      conduct.proved(`2001:db8:1::${host.toString(16)}`, at(0));
    }
    expect(conduct.size).toBe(40_000);
  });
});
