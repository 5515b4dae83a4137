import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyFeedEvent, type Board, emptyBoard, liveCalls, maxRecent, trunksByName } from '../../web/board.js';
import {
  attemptLines,
  callFacts,
  explanationLines,
  ladderLines,
  mediaFacts,
  messageTexts,
} from '../../web/call-details.js';
import { readEventStream } from '../../web/event-stream.js';
import { durationCell, durationText, edgesText, endCell, trunkCells, trunkStateCell } from '../../web/view-model.js';
import { at, eventOf, refusedRecord, sampleRecord, start } from '../testing/sample-calls.ts';
import { sampleTrunk } from '../testing/sample-trunk.ts';
import { applyEvent } from '../view/apply-event.ts';
import { summarize, summarizeEnded } from '../view/call-summary.ts';
import { summarizeTrunk, type TrunkSummary } from '../view/trunk-summary.ts';
import { trunkFacts } from '../view/trunks-view.ts';

const liveCall = (count: number) => summarize(applyEvent(undefined, eventOf('attempted', sampleRecord(count))));
const endedCall = (count: number) => summarizeEnded(sampleRecord(count));
const trunk = (changes: Partial<TrunkSummary> = {}): TrunkSummary => ({
  ...summarizeTrunk(trunkFacts(sampleTrunk(), 4), {
    calls_now: 2,
    lately: { calls: 9, failed: 0 },
    liveEdges: [],
    agent: () => undefined,
    state: undefined,
    now: start,
  }),
  ...changes,
});
const live = { applied: { edges_live: 1, on: ['e1'] } } as const;
const registering = { registration: 'we-register' } as const;
const registered = { state: 'registered', registrar: 'carrier:5060', expires_at: at(9), last_success_at: start };
const failed = { state: 'failed', reason: '403 Forbidden' };
const boardAfter = (events: readonly (readonly [name: string, data: unknown])[], from: Board = emptyBoard): Board =>
  events.reduce((board, [name, data]) => applyFeedEvent(board, name, data, start), from);

describe('the event stream', () => {
  it('property: is read the same however it arrives', () => {
    const text = 'event: a\ndata: {"x":1}\n\n: still here\n\nevent: b\ndata: 1\ndata: 2\n\n';
    const whole = readEventStream(text);
    expect(whole).toEqual({
      events: [
        { name: 'a', data: '{"x":1}' },
        { name: 'b', data: '1\n2' },
      ],
      rest: '',
    });
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const borders = [0, ...cuts.sort((a, b) => a - b), text.length];
        let rest = '';
        const events = borders.flatMap((border, index) => {
          const read = readEventStream(rest + text.slice(border, borders[index + 1] ?? border));
          rest = read.rest;
          return read.events;
        });
        expect(events).toEqual(whole.events);
      }),
    );
  });
});

describe('the board', () => {
  it('replaces everything by a snapshot and keeps the difference of the clocks', () => {
    const snapshot = {
      now: at(5_000),
      live_total: 3,
      live: [liveCall(1)],
      recent: [endedCall(2)],
      trunks: [trunk()],
      edges: [],
    };
    const board = boardAfter([
      ['call', liveCall(9)],
      ['snapshot', snapshot],
    ]);
    expect(board).toMatchObject({ ahead_ms: 5_000, live_unlisted: 2 });
    expect(liveCalls(board).map(({ id }) => id)).toEqual([liveCall(1).id]);
  });

  it('moves a call from live to recent, once', () => {
    const board = boardAfter([
      ['call', liveCall(1)],
      ['call', liveCall(2)],
      ['call', endedCall(1)],
      ['call', endedCall(1)],
    ]);
    expect(liveCalls(board).map(({ id }) => id)).toEqual([liveCall(2).id]);
    expect(board.recent.map(({ id }) => id)).toEqual([endedCall(1).id]);
    expect(boardAfter([['call-gone', { id: endedCall(1).id }]], board).recent).toEqual([]);
  });

  it('keeps the newest ended calls and no more', () => {
    const board = boardAfter(Array.from({ length: maxRecent + 5 }, (_, count) => ['call', endedCall(count)]));
    expect(board.recent).toHaveLength(maxRecent);
    expect(board.recent[0]?.id).toBe(endedCall(maxRecent + 4).id);
  });

  it('follows trunks, and ignores what it does not know', () => {
    const board = boardAfter([
      ['trunk', trunk({ name: 'b' })],
      ['trunk', { ...trunk({ name: 'a' }), id: 'other' }],
      ['weather', { sunny: true }],
    ]);
    expect(trunksByName(board).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(trunksByName(boardAfter([['trunk-gone', { id: 'other' }]], board)).map(({ name }) => name)).toEqual(['b']);
  });
});

describe('the view model', () => {
  it.each([
    [-5, '0:00'],
    [999, '0:00'],
    [65_000, '1:05'],
    [3_723_000, '1:02:03'],
  ])('%i ms is %s', (duration_ms, text) => {
    expect(durationText(duration_ms)).toBe(text);
  });

  it('counts from the answer, before it from the begin, and stops at the end', () => {
    const call = liveCall(0);
    expect(durationCell(call, at(3_000))).toEqual({ text: '0:03', mood: 'wait' });
    expect(durationCell({ ...call, answered_at: at(2_000) }, at(3_000))).toEqual({ text: '0:01' });
    expect(durationCell(endedCall(0), at(900_000))).toEqual({ text: '0:10' });
  });

  it('says how a call ended', () => {
    expect(endCell(summarizeEnded(refusedRecord(1)))).toEqual({
      text: 'Refused',
      note: 'The source address is on no access list and the challenge was not answered (401)',
      mood: 'bad',
    });
    expect(endCell(summarizeEnded(sampleRecord(1, { status: null })))).toMatchObject({ note: 'The caller hung up' });
    expect(endCell(liveCall(1))).toEqual({ text: '' });
  });

  it.each([
    [{ applied: { edges_live: 2, on: ['e1', 'e2'] } }, 'Active', 'good'],
    [{ applied: { edges_live: 2, on: ['e1'] } }, 'Being applied', 'wait'],
    [{ applied: { edges_live: 0, on: [] } }, 'No edge is up', 'bad'],
    [{ is_active: false }, 'Switched off', 'plain'],
    [{ expires_at: at(0) }, 'Expired', 'bad'],
    [{ ...registering, ...live }, 'Registering', 'wait'],
    [
      { ...registering, ...live, registration_status: 'registered', registration_state: registered },
      'Registered',
      'good',
    ],
    [
      { ...registering, ...live, registration_status: 'unknown', registration_state: registered },
      'Registering',
      'wait',
    ],
    [{ ...registering, ...live, registration_status: 'failed', registration_state: failed }, 'Not registered', 'bad'],
    [{ ...registering, registration_status: 'registered', registration_state: registered }, 'No edge is up', 'bad'],
  ] as const)('%j is %s', (changes, text, mood) => {
    expect(trunkStateCell(trunk(changes as Partial<TrunkSummary>), start)).toMatchObject({ text, mood });
  });

  it('says what a trunk is', () => {
    const gateways = [1, 2, 3, 4].map((count) => ({
      ...{ host: `10.0.0.${count}`, port: 5060, priority: 1, weight: 1 },
      ...{ reachable: count === 1 ? false : null, reachable_reason: null },
    }));
    const texts = (changes: Partial<TrunkSummary>) => trunkCells(trunk(changes), start).map(({ text }) => text);
    expect(texts({})).toEqual([
      'Carrier A',
      'Both ways',
      'sip.carrier.example:5060',
      '+4930222',
      '2',
      '9 calls',
      'No edge is up',
    ]);
    expect(texts({ gateways })[2]).toBe('10.0.0.1:5060, 10.0.0.2:5060, 10.0.0.3:5060, and 1 more');
    expect(trunkCells(trunk({ gateways }), start)[2]).toMatchObject({ note: 'UDP, 1 of 4 unreachable', mood: 'bad' });
    const far = gateways.slice(1, 2).map((gateway) => ({ ...gateway, host: '::1' }));
    expect(trunkCells(trunk({ gateways: far }), start)[2]).toEqual({ text: '[::1]:5060', note: 'UDP' });
    expect(texts({ numbers: [], numbers_count: 0, channels: 10 }).slice(3, 5)).toEqual(['none', '2 of 10']);
    const lately = { calls: 1, failed: 1, minutes: 60 };
    expect(trunkCells(trunk({ lately }), start)[5]).toEqual({ text: '1 call', note: '1 failed', mood: 'bad' });
  });

  it('says which edges are up', () => {
    const edge = { edge: 'e1', live: true, draining: false, heard_at: start, started_at: start, calls: null };
    const edges = [edge, { ...edge, edge: 'e2', draining: true }, { ...edge, edge: 'e3', live: false }];
    expect(edgesText(edges as unknown as Parameters<typeof edgesText>[0])).toBe(
      '2 edges up: e1, e2 (draining), e3 (gone)',
    );
    expect(edgesText([])).toBe('No edge has been heard of in the last hour.');
  });
});

describe('the details of a call', () => {
  it('explain it', () => {
    const record = sampleRecord(1);
    expect(new Map(callFacts(record)).get('How it ended')).toBe('The caller hung up (caller-hung-up)');
    expect(explanationLines(record).candidates).toEqual([
      'Trunk Carrier A, found by acl and number: chosen',
      'Trunk Secret of B, found by acl: left out: number-not-on-trunk (Secret of B has other numbers)',
    ]);
    expect(attemptLines(record)).toEqual(['Anna (sip:+4930222@127.0.0.1:5080): 200 OK, rang after 795 ms']);
    expect(mediaFacts(record)).toEqual([
      ['From the caller', '500 packets, 86000 octets'],
      ['From the callee', '498 packets, 85656 octets'],
    ]);
    expect(mediaFacts(refusedRecord(1))).toEqual([]);
    expect(ladderLines(record)).toEqual([
      { after: '+0 ms', side: 'left', arrow: 'INVITE →', spoken: 'caller to trunkline: INVITE' },
      { after: '+5 ms', side: 'right', arrow: 'INVITE →', spoken: 'trunkline to callee: INVITE' },
      { after: '+800 ms', side: 'right', arrow: '← 180 Ringing', spoken: 'callee to trunkline: 180 Ringing' },
      { after: '+2000 ms', side: 'right', arrow: '← 200 OK (INVITE)', spoken: 'callee to trunkline: 200 OK (INVITE)' },
    ]);
  });

  it('shows each message under what it is in the ladder', () => {
    const place = { address: '192.0.2.1', port: 5060 };
    const trace = {
      ladder: [{ at: at(40), from: 'caller', to: 'trunkline', text: 'INVITE' }],
      messages: [
        { at: at(40), direction: 'in', transport: 'tls', local: place, remote: place, leg: 'caller', text: 'INVITE …' },
      ],
    } as const;
    expect(messageTexts(trace, start)).toEqual([
      { heading: '+40 ms caller to trunkline: INVITE (TLS 192.0.2.1 port 5060)', text: 'INVITE …' },
    ]);
  });
});
