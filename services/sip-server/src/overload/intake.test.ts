import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../transport/transport.ts';
import { Intake, MOST_WAIT_MS } from './intake.ts';

const FLOW: Flow = {
  transport: 'udp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.9', port: 5060 },
  open: true,
  send: () => {},
};

const message = (method: string, branch: string, to_tag = ''): Buffer =>
  Buffer.from(
    `${method} sip:1@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK${branch}\r\n` +
      `From: <sip:a@b>;tag=1\r\nTo: <sip:1@192.0.2.1>${to_tag}\r\nCall-ID: ${branch}\r\nCSeq: 1 ${method}\r\n\r\n`,
  );

function world() {
  const clock = createFakeClock();
  const handled: string[] = [];
  const shed: string[] = [];
  const known = new Set<string>();
  const state = { room: Number.POSITIVE_INFINITY, limited: false, listens: true, turned_away: 0, delay_ms: 0 };
  let deferred: (() => void)[] = [];
  const name = (bytes: Buffer): string =>
    `${bytes.toString('latin1').split(' ', 1)[0]} ${/z9hG4bK(\S+)/.exec(bytes.toString())?.[1]}`;
  const intake = new Intake({
    clock,
    defer: (run) => void deferred.push(run),
    gate: {
      takesFrom: () => state.listens,
      hasRoom: () => state.room > 0,
      turnedAway() {
        state.turned_away += 1;
      },
      get limited() {
        return state.limited;
      },
    },
    handle(bytes) {
      if (name(bytes).startsWith('INVITE')) state.room -= 1;
      handled.push(name(bytes));
    },
    queueDelay: () => state.delay_ms,
    isKnown: (key) => known.has(key),
    shed: ({ call_id }) => void shed.push(call_id),
    isShedAck: (bytes) => bytes.includes('tag=shed'),
    dropped: () => void shed.push('dropped'),
  });
  const receive = (...all: Buffer[]): void => {
    for (const each of all) intake.received(each, FLOW);
  };
  const turn = (): void => {
    const runs = deferred;
    deferred = [];
    for (const run of runs) run();
  };
  const taken = (): string[] => handled.splice(0);
  const full = (): Buffer[] => Array.from({ length: 32 }, (_each, index) => message('BYE', `f${index}`, ';tag=1'));
  return { clock, intake, receive, turn, taken, shed, known, state, full, pending: () => deferred.length };
}

describe('what the network brings', () => {
  it('is dealt with as it comes while there is little to do', () => {
    const { receive, taken, turn, pending } = world();
    receive(message('INVITE', 'a'), message('BYE', 'b', ';tag=1'), message('CANCEL', 'a'));
    expect(taken()).toEqual(['INVITE a', 'BYE b', 'CANCEL a']);
    turn();
    expect(pending()).toBe(0);
  });

  it('is dropped unread where nobody listens', () => {
    const { receive, taken, state } = world();
    state.listens = false;
    receive(message('INVITE', 'a'), message('ACK', 'b'));
    expect(taken()).toEqual([]);
  });

  it('waits for the sockets to be empty when it is a new INVITE; then the newest is first', () => {
    const { intake, receive, taken, turn, full, pending } = world();
    receive(...full());
    expect(taken()).toHaveLength(32);
    turn();
    receive(
      message('INVITE', 'a'),
      message('INVITE', 'b'),
      message('INVITE', 'c', ';tag=1'),
      message('ACK', 'd', ';tag=1'),
    );
    expect(taken()).toEqual(['INVITE c', 'ACK d']);
    expect(intake.waiting).toBe(2);
    turn();
    expect(taken()).toEqual(['INVITE b', 'INVITE a']);
    turn();
    expect([intake.waiting, pending()]).toEqual([0, 0]);
    receive(message('INVITE', 'e'));
    expect(taken()).toEqual(['INVITE e']);
  });

  it.each([
    [0, 8],
    [39, 8],
    [40, 4],
    [80, 2],
    [120, 1],
    [2_000, 1],
  ])('is begun more slowly while datagrams wait: %s ms, %s in a turn', (delay_ms, begun) => {
    const { clock, receive, taken, turn, full, state } = world();
    receive(...full());
    turn();
    receive(...Array.from({ length: 20 }, (_each, index) => message('INVITE', `i${index}`)));
    state.delay_ms = delay_ms;
    clock.advance(20);
    receive(...full());
    taken();
    turn();
    expect(taken()).toHaveLength(begun);
    // The sockets are empty.
    turn();
    expect(taken()).toHaveLength(8);
  });

  it('waits for room, and hears 503 when it has waited too long', () => {
    const { clock, intake, receive, taken, turn, shed, state } = world();
    state.limited = true;
    state.room = 0;
    receive(message('INVITE', 'a'));
    turn();
    clock.advance(200);
    receive(message('INVITE', 'b'));
    turn();
    clock.advance(MOST_WAIT_MS - 200);
    expect([taken(), shed]).toEqual([[], []]);
    clock.advance(10);
    expect([taken(), shed, state.turned_away]).toEqual([[], ['a'], 1]);
    state.room = 1;
    clock.advance(5);
    expect(taken()).toEqual(['INVITE b']);
    expect(intake.waiting).toBe(0);
    clock.advance(20);
    expect(clock.pending()).toEqual([]);
  });

  it('waits the less the longer it has waited in the kernel', () => {
    const { clock, intake, receive, turn, shed, state } = world();
    state.limited = true;
    state.room = 0;
    const shedAfter = (delay_ms: number): number => {
      state.delay_ms = delay_ms;
      intake.measureBacklog();
      shed.length = 0;
      receive(message('INVITE', `after ${delay_ms}`));
      turn();
      let waited_ms = 0;
      for (; shed.length === 0 && waited_ms < 1_000; waited_ms += 5) clock.advance(5);
      return waited_ms;
    };
    expect([shedAfter(0), shedAfter(200), shedAfter(900)]).toEqual([305, 105, 55]);
  });

  it('hears 503 again at once when it is a copy of one that has, and its ACK is absorbed', () => {
    const { clock, receive, taken, turn, shed, state } = world();
    state.limited = true;
    state.room = 0;
    receive(message('INVITE', 'a'));
    turn();
    clock.advance(MOST_WAIT_MS + 10);
    state.limited = false;
    state.room = 9;
    receive(message('INVITE', 'a'), message('ACK', 'a', ';tag=shed'));
    expect([taken(), shed]).toEqual([[], ['a', 'a']]);
    clock.advance(20_000);
    receive(message('INVITE', 'a'));
    expect(taken()).toEqual(['INVITE a']);
  });

  it('does not wait when it belongs to a transaction, and waits once for all its copies', () => {
    const { receive, taken, turn, known, state } = world();
    state.limited = true;
    known.add('z9hG4bKa 192.0.2.9 INVITE');
    receive(message('INVITE', 'a'), message('INVITE', 'b'), message('INVITE', 'b'));
    expect(taken()).toEqual(['INVITE a']);
    turn();
    expect(taken()).toEqual(['INVITE b']);
  });

  it('finds the INVITE that it cancels', () => {
    const { intake, receive, taken, turn, state } = world();
    state.limited = true;
    receive(message('INVITE', 'a'), message('INVITE', 'b'), message('CANCEL', 'a'), message('CANCEL', 'c'));
    expect(taken()).toEqual(['INVITE a', 'CANCEL a', 'CANCEL c']);
    turn();
    expect([taken(), intake.waiting]).toEqual([['INVITE b'], 0]);
  });

  it('is left to the whole parser when it is unusual', () => {
    const { receive, taken, state } = world();
    state.limited = true;
    receive(Buffer.from('INFO x'), Buffer.from('INVITE nonsense'), message('INFO', 'a', ';tag=1'));
    expect(taken()).toHaveLength(3);
  });

  it('is dropped when it is of no call and datagrams wait long, but not from a stream', () => {
    const { intake, receive, taken, turn, full, shed, state } = world();
    receive(...full());
    turn();
    taken();
    receive(message('OPTIONS', 'a'));
    state.delay_ms = 50;
    intake.measureBacklog();
    receive(message('OPTIONS', 'b'), message('REGISTER', 'c'), message('REFER', 'd', ';tag=1'));
    intake.received(message('OPTIONS', 'e'), { ...FLOW, transport: 'tcp' });
    expect(taken()).toEqual(['OPTIONS a', 'REFER d', 'OPTIONS e']);
    expect(shed).toEqual(['dropped', 'dropped']);
    turn();
    receive(message('OPTIONS', 'b'));
    expect(taken()).toEqual(['OPTIONS b']);
  });

  it('is no backlog of calls when it is dropped', () => {
    const { intake, receive, full, state } = world();
    state.delay_ms = 250;
    receive(...full());
    expect(intake.measureBacklog()).toBe(250);
    receive(...full());
    state.listens = false;
    receive(...full(), ...full());
    expect([intake.measureBacklog(), intake.measureBacklog()]).toEqual([0, 250]);
  });

  it('hears 503 when the server stops', () => {
    const { clock, intake, receive, turn, shed, state } = world();
    state.limited = true;
    state.room = 0;
    receive(message('INVITE', 'a'));
    turn();
    intake.stop();
    expect([shed, clock.pending()]).toEqual([['a'], []]);
  });
});
