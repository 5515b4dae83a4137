import { describe, expect, it } from 'vitest';
import {
  type RegistrationPhase,
  registrationActions,
  registrationEvents,
  registrationPhases,
  registrationTable,
} from './registration-table.ts';

const cells = registrationPhases.flatMap((phase) =>
  registrationEvents.map((event) => ({ phase, event, cell: registrationTable[phase][event] })),
);
const moves = cells.flatMap(({ cell, ...place }) => (typeof cell === 'string' ? [] : [{ ...place, cell }]));

describe('the table of a registration', () => {
  it('sends at most one REGISTER a step, last, so that what follows from sending finds the state settled', () => {
    for (const { phase, event, cell } of moves) {
      const sends = cell.do.filter((action) => action === 'send').length;
      expect([phase, event, sends <= 1 && (sends === 0 || cell.do.at(-1) === 'send')]).toEqual([phase, event, true]);
    }
  });

  it('waits for something in every phase but the last: an answer, a timer, or its slot', () => {
    const waitsFor: Readonly<Record<RegistrationPhase, readonly string[]>> = {
      waiting: [],
      registering: ['send'],
      registered: ['arm-refresh'],
      failed: ['arm-retry'],
      leaving: ['send'],
      gone: ['finish'],
    };
    for (const { phase, event, cell } of moves) {
      const expected = waitsFor[cell.to];
      expect([phase, event, cell.do.filter((action) => expected.includes(action)).length]).toEqual([phase, event, 1]);
    }
  });

  it('never gives up: from every phase but the last two a REGISTER can follow, and only leaving ends it', () => {
    for (const phase of ['waiting', 'registered', 'failed'] as const) {
      expect(registrationTable[phase].due).toMatchObject({ to: 'registering' });
    }
    const ends = moves.filter(({ phase, cell }) => cell.to === 'gone' && phase !== 'leaving');
    expect(new Set(ends.map(({ event }) => event))).toEqual(new Set(['leave-unbound', 'handed-over']));
  });

  it('ends from everywhere when told to, with no timer left', () => {
    for (const phase of registrationPhases) {
      for (const event of ['leave-bound', 'leave-unbound', 'handed-over'] as const) {
        const cell = registrationTable[phase][event];
        expect([phase, event, cell === 'impossible']).toEqual([phase, event, false]);
        if (typeof cell !== 'string' && phase !== 'leaving') expect(cell.do[0]).toBe('disarm');
      }
    }
    expect(Object.values(registrationTable.gone).every((cell) => cell === 'ignore')).toBe(true);
  });

  it('tells of every round that ended, and uses every action', () => {
    expect(registrationTable.registering.accepted).toEqual({
      to: 'registered',
      do: ['arm-refresh', 'tell-registered'],
    });
    expect(registrationTable.registering['round-failed']).toEqual({ to: 'failed', do: ['arm-retry', 'tell-failed'] });
    expect(new Set(moves.flatMap(({ cell }) => cell.do))).toEqual(new Set(registrationActions));
  });
});
