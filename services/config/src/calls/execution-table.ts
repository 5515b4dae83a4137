import type { Execution } from './execution.ts';
import type { ExecutionEvent } from './execution-event.ts';

/** `unknown`: given up without an answer of any edge, one of which may have the call all the same. `stopping`: it may be up still. */
export const phases = ['waiting', 'initiated', 'ringing', 'in-progress', 'unknown', 'stopping', 'over'] as const;
export type Phase = (typeof phases)[number];

/** What is done about an event. */
export type Move =
  | 'initiate'
  | 'ring'
  | 'connect'
  | 'put-off'
  | 'ask-again'
  | 'finish'
  | 'stop'
  | 'hang-up'
  | 'note-end';
export type Cell = Move | 'ignore';
type Row = Readonly<Record<ExecutionEvent['type'], Cell>>;

const goesOn: Pick<Row, 'attempted' | 'ringing' | 'answered' | 'ended'> = {
  attempted: 'initiate',
  ringing: 'ring',
  answered: 'connect',
  ended: 'finish',
};
/** An edge has the call: what another one says of it comes from a request that was repeated. */
const isUp = { taken: 'ignore', 'put-off': 'ignore', refused: 'ignore', unanswered: 'ignore', stop: 'stop' } as const;

export const executionTable: Readonly<Record<Phase, Row>> = {
  waiting: {
    ...goesOn,
    taken: 'initiate',
    'put-off': 'put-off',
    refused: 'finish',
    unanswered: 'ask-again',
    stop: 'stop',
  },
  initiated: { ...goesOn, ...isUp, attempted: 'ignore' },
  ringing: { ...goesOn, ...isUp, attempted: 'ignore', ringing: 'ignore' },
  'in-progress': { ...goesOn, ...isUp, attempted: 'ignore', ringing: 'ignore', answered: 'ignore' },
  unknown: { ...goesOn, ...isUp, taken: 'initiate' },
  stopping: {
    taken: 'hang-up',
    'put-off': 'note-end',
    refused: 'note-end',
    unanswered: 'ignore',
    attempted: 'hang-up',
    ringing: 'hang-up',
    answered: 'hang-up',
    ended: 'note-end',
    stop: 'ignore',
  },
  over: {
    taken: 'ignore',
    'put-off': 'ignore',
    refused: 'ignore',
    unanswered: 'ignore',
    attempted: 'ignore',
    ringing: 'ignore',
    answered: 'ignore',
    ended: 'ignore',
    stop: 'ignore',
  },
};

/** Pure. */
export function phaseOf({ status, end, asked_at }: Execution): Phase {
  switch (status) {
    case 'scheduled':
    case 'queued':
    case 'rescheduled':
      return 'waiting';
    case 'initiated':
    case 'ringing':
    case 'in-progress':
      return status;
    case 'error':
      return end?.cause === null && asked_at !== null ? 'unknown' : 'over';
    case 'stopped':
      return end === null && asked_at !== null ? 'stopping' : 'over';
    default:
      return 'over';
  }
}

/** Pure: nothing is awaited of it any more, so it may be forgotten some day. */
export function isOver(execution: Execution): boolean {
  const phase = phaseOf(execution);
  return phase === 'over' || phase === 'unknown';
}
