import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import { createGather } from './gather.ts';

function world() {
  const clock = createFakeClock();
  const turn: (() => void)[] = [];
  const ran: string[] = [];
  const gather = createGather({ clock, defer: (run) => void turn.push(run), gap_ms: 2 });
  const endTurn = (): void => {
    for (const run of turn.splice(0)) run();
  };
  return { clock, ran, endTurn, send: (name: string) => gather(() => void ran.push(name)) };
}

describe('gathering what is to be sent', () => {
  it('runs at the end of the turn when nothing ran lately, all of it and in order', () => {
    const { ran, send, endTurn } = world();
    send('a');
    send('b');
    expect(ran).toEqual([]);
    endTurn();
    expect(ran).toEqual(['a', 'b']);
  });

  it('waits for the gap when something ran within it, and no longer', () => {
    const { clock, ran, send, endTurn } = world();
    send('a');
    endTurn();
    clock.advance(1);
    send('b');
    endTurn();
    clock.advance(1);
    send('c');
    expect(ran).toEqual(['a']);
    clock.advance(1);
    expect(ran).toEqual(['a', 'b', 'c']);
    clock.advance(2);
    send('d');
    endTurn();
    expect(ran).toEqual(['a', 'b', 'c', 'd']);
    expect(clock.pending()).toEqual([]);
  });

  it('runs in the next round what a callback asks for', () => {
    const { clock, ran, endTurn, send } = world();
    const turn = createGather({ clock, defer: (run) => run(), gap_ms: 2 });
    turn(() => {
      ran.push('first');
      turn(() => void ran.push('second'));
    });
    expect(ran).toEqual(['first']);
    clock.advance(2);
    expect(ran).toEqual(['first', 'second']);
    send('a');
    endTurn();
    expect(ran).toEqual(['first', 'second', 'a']);
  });
});
