import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { expect, it } from 'vitest';
import { RegisterLimits } from './register-limits.ts';

const source = '192.0.2.1';

it('lets a source register many users at once, and no more than its rate in the long run', () => {
  const clock = createFakeClock();
  const limits = new RegisterLimits(clock, 50);
  const passed = (from: number, to: number) => {
    let count = 0;
    for (let user = from; user < to; user += 1) if (limits.take(source, `${user}`) === undefined) count += 1;
    return count;
  };
  expect(passed(0, 150)).toBe(100);
  expect(limits.take('192.0.2.2', '1')).toBeUndefined();
  clock.advance(1_000);
  expect(passed(150, 300)).toBe(50);
  expect(limits.take(source, 'x')).toBe(1);
});

it('lets one user of a source ask ten times at once and then once a second', () => {
  const clock = createFakeClock();
  const limits = new RegisterLimits(clock, 50);
  for (let time = 0; time < 10; time += 1) expect(limits.take(source, 'alice')).toBeUndefined();
  expect(limits.take(source, 'alice')).toBe(1);
  expect(limits.take(source, 'bob')).toBeUndefined();
  expect(limits.take('192.0.2.2', 'alice')).toBeUndefined();
  clock.advance(1_000);
  expect(limits.take(source, 'alice')).toBeUndefined();
});

it('shuts out who tries password after password, for that user and from that source alone', () => {
  const clock = createFakeClock();
  const limits = new RegisterLimits(clock, 50);
  for (let time = 0; time < 10; time += 1) {
    expect(limits.isShutOut(source, 'alice')).toBe(false);
    limits.refused(source, 'alice');
  }
  expect(limits.isShutOut(source, 'alice')).toBe(true);
  expect(limits.isShutOut(source, 'bob')).toBe(false);
  expect(limits.isShutOut('192.0.2.2', 'alice')).toBe(false);
  clock.advance(30_000);
  expect(limits.isShutOut(source, 'alice')).toBe(false);
});
