import type { CallRecord } from '@trunkline/contracts/call-record';
import type { Insertable } from 'kysely';
import type { EndedFields } from '../view/call-summary.ts';
import type { CallsTable } from './tables.ts';

/** Columns of `calls` without the record itself: what a list needs. */
export const listColumns = [
  'id',
  'account',
  'edge',
  'direction',
  'trunk',
  'trunk_name',
  'agent',
  'agent_name',
  'from',
  'to',
  'started_at',
  'ringing_at',
  'answered_at',
  'ended_at',
  'post_dial_delay_ms',
  'duration_ms',
  'outcome',
  'cause',
  'status',
] as const satisfies readonly (keyof EndedFields)[];

/** An index entry of PostgreSQL holds less than 2,704 octets, and a user part may be longer. */
const maxIndexedLength = 255;

/** Text as a column takes it: PostgreSQL has no U+0000. The record keeps it as it was. */
export function indexedText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').slice(0, maxIndexedLength);
}

const orNull = (text: string | null): string | null => (text === null ? null : indexedText(text));

export function callRow(record: CallRecord): Insertable<CallsTable> {
  const { id, account, edge, direction, trunk, agent, outcome, cause, status } = record;
  const { started_at, ringing_at, answered_at, ended_at, post_dial_delay_ms, duration_ms } = record;
  const times = { started_at, ringing_at, answered_at, ended_at, post_dial_delay_ms, duration_ms };
  return {
    id,
    account,
    edge,
    direction,
    trunk,
    agent,
    outcome,
    cause,
    status,
    ...times,
    trunk_name: orNull(record.trunk_name),
    agent_name: orNull(record.agent_name),
    from: indexedText(record.from),
    to: indexedText(record.to),
    record: JSON.stringify(record),
  };
}
