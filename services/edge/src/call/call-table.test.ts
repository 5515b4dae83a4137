import { expect, test } from 'vitest';
import type { CallEventType } from './call-event.ts';
import type { CallTable, Cell, Phase } from './call-table.ts';
import { callTable, phases } from './call-table.ts';
import { cellName, explore } from './table-test/explore.ts';

const events = Object.keys(callTable.offering) as CallEventType[];

test('every reachable world obeys the rules', () => {
  const { worlds, fault } = explore(callTable);
  expect(fault).toBeNull();
  expect(worlds).toBeGreaterThan(500);
});

test('a cell is impossible exactly when no world reaches it', () => {
  const { used } = explore(callTable);
  const wrong: string[] = [];
  for (const phase of phases) {
    for (const event of events) {
      const possible = callTable[phase][event] !== 'impossible';
      if (possible !== used.has(cellName(phase, event))) wrong.push(cellName(phase, event));
    }
  }
  expect(wrong).toEqual([]);
});

type Draft = Record<Phase, Record<CallEventType, Cell>>;

/** The table with one cell changed. */
function mutant(phase: Phase, event: CallEventType, cell: Cell): CallTable {
  const draft = structuredClone(callTable) as Draft;
  draft[phase][event] = cell;
  return draft;
}

/** Every table that differs from ours by one dropped action, one other destination, or one event not heard. */
function* mutants(): Generator<[name: string, table: CallTable]> {
  for (const phase of phases) {
    for (const event of events) {
      const cell = callTable[phase][event];
      const name = cellName(phase, event);
      if (typeof cell === 'string') {
        if (cell === 'ignore') yield [`${name} impossible`, mutant(phase, event, 'impossible')];
        continue;
      }
      yield [`${name} ignored`, mutant(phase, event, 'ignore')];
      for (const action of cell.run) {
        const run = cell.run.filter((other) => other !== action);
        yield [`${name} without ${action}`, mutant(phase, event, { to: cell.to, run })];
      }
      for (const to of phases) {
        if (to !== cell.to) yield [`${name} to ${to}`, mutant(phase, event, { to, run: cell.run })];
      }
    }
  }
}

test('and the rules mean something: no mutant of the table survives', () => {
  const survivors: string[] = [];
  let tried = 0;
  for (const [name, table] of mutants()) {
    tried++;
    if (explore(table).fault === null) survivors.push(name);
  }
  expect(tried).toBeGreaterThan(500);
  expect(survivors).toEqual([]);
}, 60_000);
