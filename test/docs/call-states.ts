import type { CallEventType } from '@trunkline/edge/call/call-event';
import { type Cell, callTable, type Move, type Phase, phases } from '@trunkline/edge/call/call-table';
import { defaultDeadlines_ms } from '@trunkline/edge/call/deadlines';

const isMove = (cell: Cell): cell is Move => typeof cell !== 'string';

/** The life of a call as a page: a diagram of the phases, and for each phase what every event does. */
export function callStatesPage(): string {
  return [
    '# Call states',
    '',
    'Generated from `services/edge/src/call/call-table.ts`: the table is the implementation. Leg A is the caller, leg B the',
    'callee. An event that is missing under a phase is impossible there: it is logged with its history, counted, and ends the call.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> offering',
    ...phases.flatMap(arrowsFrom),
    '  terminated --> [*]',
    '```',
    ...phases.flatMap(section),
    '',
  ].join('\n');
}

function cellsOf(phase: Phase): readonly (readonly [CallEventType, Cell])[] {
  return Object.entries(callTable[phase]) as [CallEventType, Cell][];
}

function arrowsFrom(phase: Phase): readonly string[] {
  const byTarget = new Map<Phase, CallEventType[]>();
  for (const [event, cell] of cellsOf(phase)) {
    if (!isMove(cell) || cell.to === phase) continue;
    byTarget.set(cell.to, [...(byTarget.get(cell.to) ?? []), event]);
  }
  return [...byTarget].map(([to, events]) => `  ${id(phase)} --> ${id(to)}: ${events.join(', ')}`);
}

/** Hyphens are not allowed in names of a diagram. */
function id(phase: Phase): string {
  return phase.replace('-', '_');
}

function section(phase: Phase): readonly string[] {
  const cells = cellsOf(phase);
  const moves = cells.flatMap(([event, cell]) => (isMove(cell) ? [row(phase, event, cell)] : []));
  const ignored = cells.filter(([, cell]) => cell === 'ignore').map(([event]) => `\`${event}\``);
  const limit_ms = defaultDeadlines_ms[phase];
  return [
    '',
    `## ${phase}`,
    '',
    limit_ms === null ? 'The call is over.' : `Lasts ${limit_ms / 1_000} s at most, unless configured otherwise.`,
    ...(moves.length === 0 ? [] : ['', '| event | next phase | actions |', '|---|---|---|', ...moves]),
    ...(ignored.length === 0 ? [] : ['', `Ignored: ${ignored.join(', ')}.`]),
  ];
}

function row(phase: Phase, event: CallEventType, { to, run }: Move): string {
  const actions = run.map((action) => `\`${action}\``).join(', ');
  return `| \`${event}\` | ${to === phase ? '(same)' : to} | ${actions} |`;
}
