import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import { ReactionTime } from './reaction-time.ts';

function world() {
  const clock = createFakeClock();
  const reaction = new ReactionTime();
  /** So many questions, each answered after this time. */
  const answered = (count: number, took_ms: number): void => {
    const questions = Array.from({ length: count }, () => reaction.ask(clock.now));
    clock.advance(took_ms);
    for (const question of questions) question.answered();
  };
  return { clock, reaction, answered, next: () => reaction.next(clock.now()) };
}

describe('the time that somebody takes to answer', () => {
  it('is the shortest of an interval', () => {
    const { clock, reaction, next } = world();
    const late = reaction.ask(clock.now);
    clock.advance(90);
    const prompt = reaction.ask(clock.now);
    clock.advance(5);
    late.answered();
    prompt.answered();
    prompt.answered();
    expect([reaction.delay(clock.now()), reaction.answered]).toEqual([5, 2]);
    next();
    expect([reaction.delay(clock.now()), reaction.answered]).toEqual([undefined, 0]);
  });

  it('is the age of the oldest question when many wait and none was answered', () => {
    const { clock, reaction } = world();
    for (let count = 0; count < 19; count += 1) reaction.ask(clock.now);
    clock.advance(300);
    expect(reaction.delay(clock.now())).toBeUndefined();
    reaction.ask(clock.now);
    expect(reaction.delay(clock.now())).toBe(300);
  });

  it('ends for the oldest question when something shows that it was got to', () => {
    const { clock, reaction } = world();
    const oldest = reaction.ask(clock.now);
    clock.advance(20);
    reaction.ask(clock.now);
    clock.advance(10);
    reaction.oldestAnswered(clock.now());
    expect(reaction.delay(clock.now())).toBe(30);
    clock.advance(10);
    oldest.answered();
    reaction.oldestAnswered(clock.now());
    reaction.oldestAnswered(clock.now());
    expect([reaction.delay(clock.now()), reaction.answered]).toEqual([20, 2]);
  });

  it('is compared with better times, when it is told by enough of them', () => {
    const { clock, reaction, answered, next } = world();
    answered(5, 200);
    expect(reaction.excess(clock.now())).toBe(0);
    next();
    answered(5, 260);
    expect(reaction.excess(clock.now())).toBe(60);
    next();
    answered(4, 900);
    expect(reaction.excess(clock.now())).toBeUndefined();
    next();
    answered(5, 150);
    expect(reaction.excess(clock.now())).toBe(0);
  });

  it('forgets better times after a minute', () => {
    const { clock, reaction, answered, next } = world();
    answered(5, 10);
    next();
    for (let half = 0; half < 2; half += 1) {
      clock.advance(30_000);
      answered(5, 100);
      expect(reaction.excess(clock.now())).toBe(90);
      next();
    }
    clock.advance(30_000);
    next();
    answered(5, 100);
    expect(reaction.excess(clock.now())).toBe(0);
  });
});
