import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import { FIRST_MESSAGE_DEADLINE_MS, MESSAGE_DEADLINE_MS, ReadingDeadline } from './reading-deadline.ts';

function watched(accepted = true) {
  const clock = createFakeClock();
  const expired: string[] = [];
  const deadline = new ReadingDeadline({ clock, accepted, expired: (reason) => void expired.push(reason) });
  return { clock, expired, deadline };
}

describe('ReadingDeadline', () => {
  it('ends a connection on which nothing comes, but not one that we opened', () => {
    const [theirs, ours] = [watched(), watched(false)];
    for (const { clock } of [theirs, ours]) clock.advance(FIRST_MESSAGE_DEADLINE_MS);
    expect([theirs.expired, ours.expired]).toEqual([['nothing was sent in time'], []]);
  });

  it('ends one that trickles, however often a byte comes', () => {
    const { clock, expired, deadline } = watched();
    for (let held = 1; held <= 10; held += 1) {
      deadline.read(0, held);
      clock.advance(MESSAGE_DEADLINE_MS / 10);
    }
    expect(expired).toEqual(['a message was not complete in time']);
  });

  it('gives each message its own time, and an idle connection all of it', () => {
    const { clock, expired, deadline } = watched();
    for (let message = 0; message < 20; message += 1) {
      deadline.read(1, 100);
      clock.advance(MESSAGE_DEADLINE_MS - 1);
    }
    deadline.read(1, 0);
    clock.advance(24 * 3_600_000);
    expect([expired, clock.pending()]).toEqual([[], []]);
  });

  it('leaves no timer behind when it is stopped', () => {
    const { clock, deadline } = watched();
    deadline.read(0, 5);
    deadline.stop();
    expect(clock.pending()).toEqual([]);
  });
});
