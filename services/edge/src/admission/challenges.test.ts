import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { expect, test } from 'vitest';
import { Challenges } from './challenges.ts';

function waiting(max = 3) {
  const clock = createFakeClock();
  const challenges = new Challenges(clock, { deadline_ms: 5_000, max });
  const unanswered: string[] = [];
  return { clock, challenges, unanswered, add: (id: string) => challenges.add(id, () => unanswered.push(id)) };
}

test('one that is not answered is told at its deadline, once', () => {
  const { clock, challenges, unanswered, add } = waiting();
  add('a');
  clock.advance(4_999);
  expect(unanswered).toEqual([]);
  clock.advance(10_000);
  expect(unanswered).toEqual(['a']);
  expect([challenges.size, clock.pending().length]).toEqual([0, 0]);
});

test('one that is answered is never told', () => {
  const { clock, challenges, unanswered, add } = waiting();
  add('a');
  challenges.answered('a');
  challenges.answered('nobody');
  clock.advance(10_000);
  expect([unanswered, clock.pending()]).toEqual([[], []]);
});

test('a caller that is challenged again waits anew, and counts once', () => {
  const { clock, challenges, unanswered, add } = waiting();
  add('a');
  clock.advance(4_000);
  add('a');
  expect(challenges.size).toBe(1);
  clock.advance(4_000);
  expect(unanswered).toEqual([]);
  clock.advance(1_000);
  expect(unanswered).toEqual(['a']);
});

test('when there is no room, the oldest is told early', () => {
  const { challenges, unanswered, add } = waiting(2);
  for (const id of ['a', 'b', 'c']) add(id);
  expect([unanswered, challenges.size]).toEqual([['a'], 2]);
});

test('at the end all that are open are told, and no timer is left', () => {
  const { clock, challenges, unanswered, add } = waiting();
  for (const id of ['a', 'b']) add(id);
  challenges.close();
  expect([unanswered, challenges.size, clock.pending()]).toEqual([['a', 'b'], 0, []]);
});
