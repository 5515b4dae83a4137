import type { CallEventType } from '../call-event.ts';
import type { CallTable, Phase } from '../call-table.ts';
import { brokenRule } from './rules.ts';
import type { World } from './world.ts';
import { act, enabled, happen, starts } from './world.ts';

export interface Exploration {
  readonly worlds: number;
  readonly fault: string | null;
  /** `phase × event` of every cell that some world used. */
  readonly used: ReadonlySet<string>;
}

/** Visits every world that the table can reach; stops at the first broken rule. */
export function explore(table: CallTable): Exploration {
  const seen = new Set<string>();
  const used = new Set<string>();
  const queue: World[] = [...starts];
  const events = Object.keys(enabled) as CallEventType[];
  for (let w = queue.pop(); w !== undefined; w = queue.pop()) {
    // Every world is a copy of the first one: its fields come in the same order.
    const key = Object.values(w).join();
    if (seen.has(key)) continue;
    seen.add(key);
    for (const event of events) {
      if (!enabled[event](w)) continue;
      const name = cellName(w.phase, event);
      used.add(name);
      const next = step(table, w, event);
      if (typeof next === 'string') return { worlds: seen.size, fault: `${name}: ${next}`, used };
      queue.push(next);
    }
  }
  return { worlds: seen.size, fault: null, used };
}

export function cellName(phase: Phase, event: CallEventType): string {
  return `${phase} × ${event}`;
}

function step(table: CallTable, before: World, event: CallEventType): World | string {
  const cell = table[before.phase][event];
  if (cell === 'impossible') return 'it happened';
  const run = cell === 'ignore' ? [] : cell.run;
  let after: World = { ...happen(before, event), phase: cell === 'ignore' ? before.phase : cell.to };
  for (const action of run) {
    const acted = act(after, action);
    if (typeof acted === 'string') return acted;
    after = acted;
  }
  return brokenRule(before, event, run, after) ?? after;
}
