import type { CallEvent } from '@trunkline/contracts/events/call-events';
import { callEventSchema } from '@trunkline/contracts/events/call-events';
import type { EdgeId } from '@trunkline/contracts/ids';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, eventOf, eventsOf, refusedRecord, sampleRecord } from '../testing/sample-calls.ts';
import { applyEvent } from './apply-event.ts';
import { type CallPhase, type CallState, livePhase } from './live-call.ts';

const record = sampleRecord(1);
const fold = (events: readonly CallEvent[]): CallState | undefined =>
  events.reduce<CallState | undefined>(applyEvent, undefined);
const phaseOf = (state: CallState | undefined): CallPhase | undefined =>
  state === undefined ? undefined : state.kind === 'ended' ? 'ended' : livePhase(state.call);

describe('applyEvent', () => {
  it('takes samples that are events', () => {
    for (const event of [...eventsOf(record), eventOf('refused', refusedRecord(2))]) {
      expect(callEventSchema.parse(event)).toEqual(event);
    }
  });

  const table: readonly [events: readonly Parameters<typeof eventOf>[0][], phase: CallPhase][] = [
    [['attempted'], 'calling'],
    [['attempted', 'ringing'], 'ringing'],
    [['attempted', 'answered'], 'answered'],
    [['attempted', 'ringing', 'answered'], 'answered'],
    [['attempted', 'answered', 'ringing'], 'answered'],
    [['ringing'], 'ringing'],
    [['ringing', 'attempted'], 'ringing'],
    [['attempted', 'ended'], 'ended'],
    [['ended', 'attempted', 'ringing', 'answered'], 'ended'],
    [['refused'], 'ended'],
    [['refused', 'attempted'], 'ended'],
  ];
  it.each(table)('%j is %s', (names, phase) => {
    expect(phaseOf(fold(names.map((name) => eventOf(name, record))))).toBe(phase);
  });

  it('keeps what each event told', () => {
    const state = fold(eventsOf(record).slice(0, 3));
    expect(state).toEqual({
      kind: 'live',
      call: {
        id: record.id,
        account: record.account,
        trunk: record.trunk,
        edge: record.edge,
        updated_at: record.answered_at,
        facts: {
          direction: 'inbound',
          trunk_name: 'Carrier A',
          agent: record.agent,
          agent_name: 'Anna',
          from: '+4930111',
          to: '+4930222',
          sip_call_id: record.sip_call_id,
          source: record.source,
        },
        attempted_at: record.started_at,
        ringing_at: record.ringing_at,
        answered_at: record.answered_at,
      },
    });
  });

  it('is the record once the call has ended', () => {
    expect(fold(eventsOf(record))).toEqual({ kind: 'ended', record });
  });

  it('names the edge that spoke last', () => {
    const taken = { ...eventOf('answered', record), edge: 'edge-2' as EdgeId, at: at(60_000) };
    const state = fold([taken, eventOf('attempted', record), eventOf('ringing', record)]);
    expect(state).toMatchObject({ kind: 'live', call: { edge: 'edge-2', updated_at: at(60_000) } });
  });

  it('property: order and duplication of the events of a call do not matter', () => {
    const takenOver = { ...eventOf('ringing', record), edge: 'edge-0' as EdgeId };
    const histories: readonly (readonly CallEvent[])[] = [
      eventsOf(record),
      eventsOf(record).slice(0, 3),
      [...eventsOf(record).slice(0, 2), takenOver],
      [eventOf('refused', record)],
    ];
    const redelivered = fc.constantFrom(...histories).chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc
          .array(fc.constantFrom(...events), { maxLength: 12 })
          .chain((again) => fc.shuffledSubarray([...events, ...again], { minLength: events.length + again.length })),
      ),
    );
    fc.assert(
      fc.property(redelivered, ([events, delivered]) => {
        expect(fold(delivered)).toEqual(fold(events));
      }),
      { numRuns: 500 },
    );
  });
});
