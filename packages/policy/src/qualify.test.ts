import type { Instant } from '@trunkline/contracts/time';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isAlive, type Observation, observe, probeDelay_ms, thresholds, unknownHealth } from './qualify.ts';

const at = (ms: number) => ms as Instant;
const seen = (alive: boolean, retry_after_s: number | null = null): Observation => ({
  ...{ alive, status: alive ? 200 : null, reason: '', retry_after_s },
});
const fold = (text: string) =>
  [...text].reduce((health, letter, index) => observe(health, seen(letter === '+'), at(index)), unknownHealth(at(0)));

it.each([200, 202, 301, 401, 403, 404, 405, 407, 481, 486, 500, 501, 502, 603])('%i is alive', (status) => {
  expect(isAlive(status)).toBe(true);
});
it.each([408, 503])('%i is not', (status) => expect(isAlive(status)).toBe(false));

it.each([
  ['', null],
  ['-', null],
  ['--', null],
  ['---', false],
  ['+', true],
  ['-+', true],
  ['+--', true],
  ['+--+--', true],
  ['+---', false],
  ['---+', false],
  ['---+-+', false],
  ['---++', true],
  ['---+-++', true],
] as const)('after %s a gateway is %s', (observations, reachable) => {
  expect(fold(observations).reachable).toBe(reachable);
});

it('says since when', () => {
  expect(fold('++++').since).toBe(0);
  expect(fold('+-+---').since).toBe(5);
});

it('property: a state changes only after its threshold of contrary observations in a row', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (story) => {
      let health = unknownHealth(at(0));
      let row = 0;
      let last: boolean | null = null;
      story.forEach((alive, index) => {
        const before = health;
        row = alive === last ? row + 1 : 1;
        last = alive;
        health = observe(health, seen(alive), at(index));
        if (health.reachable === before.reachable || before.reachable === null) return;
        expect(health.reachable).toBe(alive);
        expect(row).toBeGreaterThanOrEqual(alive ? thresholds.up : thresholds.down);
      });
    }),
  );
});

it.each([
  ['a healthy one at its interval', '+', 60, 60_000],
  ['a doubtful one soon', '+-', 60, 2_000],
  ['an absent one often', '---', 60, 30_000],
  ['one that may be back soon', '---+', 60, 2_000],
  ['never less often than asked for', '---', 10, 10_000],
] as const)('asks %s', (_what, story, interval_s, expected_ms) => {
  expect(probeDelay_ms(fold(story), interval_s, seen(true), () => 0.5)).toBe(expected_ms);
  expect(probeDelay_ms(fold(story), interval_s, null, () => 0)).toBe(expected_ms * 0.9);
});

it('asks not before Retry-After, nor later than in an hour for its sake', () => {
  expect(probeDelay_ms(fold('+-'), 60, seen(false, 120), () => 0.5)).toBe(120_000);
  expect(probeDelay_ms(fold('+-'), 60, seen(false, 1e9), () => 0.5)).toBe(3_600_000);
});
