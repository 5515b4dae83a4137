import { describe, expect, it } from 'vitest';
import { inboundInviteTable } from '../user-agent/inbound-invite-table.ts';
import { outboundInviteTable } from '../user-agent/outbound-invite-table.ts';
import { inviteClientTable } from './invite-client-table.ts';
import { inviteServerTable } from './invite-server-table.ts';
import { type Cell, Machine, type Table } from './machine.ts';
import { nonInviteClientTable } from './non-invite-client-table.ts';
import { nonInviteServerTable } from './non-invite-server-table.ts';

type AnyTable = Table<string, string, string>;

const final = (...phases: string[]) => phases;
const tables: readonly [string, AnyTable, string, readonly string[]][] = [
  ['INVITE client', inviteClientTable, 'calling', final('terminated')],
  ['non-INVITE client', nonInviteClientTable, 'trying', final('terminated')],
  ['INVITE server', inviteServerTable, 'proceeding', final('terminated')],
  ['non-INVITE server', nonInviteServerTable, 'trying', final('terminated')],
  ['INVITE of a caller', inboundInviteTable, 'offered', final('confirmed', 'refused')],
  ['INVITE of an application', outboundInviteTable, 'calling', final('answered', 'ended')],
];

const cells = (table: AnyTable): readonly [string, string, Cell<string, string>][] =>
  Object.entries(table).flatMap(([phase, row]) =>
    Object.entries(row).map(([event, cell]): [string, string, Cell<string, string>] => [phase, event, cell]),
  );

/** Phases that some run of events leads to. */
function reachable(table: AnyTable, start: string): Set<string> {
  const found = new Set([start]);
  for (const phase of found) {
    for (const [from, , cell] of cells(table)) {
      if (from === phase && typeof cell === 'object') found.add(cell.to);
    }
  }
  return found;
}

describe.each(tables)('the table of the %s', (_name, table, start, ends) => {
  it('reaches every phase, and from every phase an end', () => {
    expect([...reachable(table, start)].sort()).toEqual(Object.keys(table).sort());
    for (const phase of Object.keys(table)) {
      expect([...reachable(table, phase)].some((one) => ends.includes(one))).toBe(true);
    }
  });

  it('does not leave an end', () => {
    for (const [phase, , cell] of cells(table)) {
      if (ends.includes(phase) && typeof cell === 'object') expect(cell.to).toBe(phase);
    }
  });

  it('answers every event in every phase', () => {
    const events = new Set(cells(table).map(([, event]) => event));
    for (const row of Object.values(table)) expect(Object.keys(row).sort()).toEqual([...events].sort());
  });

  it('calls nothing impossible that comes from the network or an application', () => {
    const outside =
      /^(provisional|success|failure|final|request|ack|cancel|early-bye|transport-error|owner-lost|send-.*|abandoned)$/;
    for (const [phase, event, cell] of cells(table)) {
      if (outside.test(event)) expect([phase, event, cell]).not.toEqual([phase, event, 'impossible']);
    }
  });
});

describe.each(tables.slice(0, 4))('the transaction table of the %s', (_name, table) => {
  it('ends exactly when it moves to terminated, and as its last action', () => {
    for (const [phase, event, cell] of cells(table)) {
      if (typeof cell !== 'object') continue;
      const ends = cell.to === 'terminated';
      expect([phase, event, cell.run.filter((action) => action === 'end').length]).toEqual([
        phase,
        event,
        ends ? 1 : 0,
      ]);
      if (ends) expect(cell.run.at(-1)).toBe('end');
    }
  });
});

describe('what a caller hears', () => {
  const finals = ['send', 'send-487', 'send-480', 'send-500', 'send-504'];

  it('is exactly one final response on every way to an end', () => {
    for (const [phase, event, cell] of cells(inboundInviteTable as AnyTable)) {
      if (typeof cell !== 'object') continue;
      const sent = cell.run.filter((action) => finals.includes(action)).length;
      const decides = (phase === 'offered' || phase === 'proceeding') && cell.to !== 'proceeding';
      const provisional = cell.to === 'proceeding';
      expect([phase, event, sent]).toEqual([phase, event, decides || provisional ? 1 : 0]);
    }
  });

  it('and the INVITE is forgotten exactly once', () => {
    for (const [phase, event, cell] of cells(inboundInviteTable as AnyTable)) {
      if (typeof cell !== 'object') continue;
      const ended = cell.to === 'refused' || cell.to === 'confirmed';
      expect([phase, event, cell.run.includes('forget')]).toEqual([phase, event, ended]);
    }
  });
});

describe('what an application hears of its INVITE', () => {
  it('is exactly one final response', () => {
    for (const [phase, event, cell] of cells(outboundInviteTable as AnyTable)) {
      if (typeof cell !== 'object') continue;
      const told = cell.run.filter((action) => action.startsWith('pass')).length;
      const ends = phase !== 'answered' && (cell.to === 'answered' || cell.to === 'ended');
      if (ends) expect([phase, event, told, cell.run.includes('forget')]).toEqual([phase, event, 1, true]);
    }
  });

  it('and a CANCEL never goes out before a provisional response', () => {
    const heard = new Set(['ringing', 'cancelling']);
    for (const [phase, event, cell] of cells(outboundInviteTable as AnyTable)) {
      if (typeof cell !== 'object' || !cell.run.includes('send-cancel')) continue;
      expect(heard.has(phase) || (phase === 'cancel-held' && event === 'provisional')).toBe(true);
    }
  });
});

describe('Machine', () => {
  it('runs an event that an action causes after all actions of the event before', () => {
    const seen: string[] = [];
    const table: Table<'a' | 'b' | 'c', 'go', 'one' | 'two'> = {
      a: { go: { to: 'b', run: ['one', 'two'] } },
      b: { go: { to: 'c', run: ['two'] } },
      c: { go: 'impossible' },
    };
    const machine: Machine<'a' | 'b' | 'c', 'go', 'one' | 'two', string> = new Machine(
      table,
      'a',
      (action, payload) => {
        seen.push(`${action} ${payload}`);
        if (payload === 'x' && action === 'one') machine.dispatch('go', 'y');
      },
      (phase) => void seen.push(`impossible in ${phase}`),
    );
    machine.dispatch('go', 'x');
    machine.dispatch('go', 'z');
    expect(seen).toEqual(['one x', 'two x', 'two y', 'impossible in c']);
  });
});
