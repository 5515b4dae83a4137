import type { Cause } from '@trunkline/contracts/causes';
import { causes, causeTable } from '@trunkline/contracts/causes';
import type { CallId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { describe, expect, it } from 'vitest';
import { sampleExecution } from '../store/contract/execution-cases.ts';
import { freshId } from '../store/contract/sample.ts';
import { applyEvent } from './apply-event.ts';
import { claim, queueFor_ms, settle_ms } from './claim.ts';
import { type End, type Execution, mostRetries } from './execution.ts';
import { type ExecutionEvent, refusalEvent } from './execution-event.ts';
import { isOver, phaseOf, phases } from './execution-table.ts';
import { hangupReason, hangupReasons } from './hangup-reason.ts';

const start = 1_800_000_000_000;
const account = freshId() as Execution['account'];
const newCall = () => freshId() as CallId;
const endOf = (cause: Cause, at = start): End => {
  return { at: at as Instant, cause, reason: hangupReason(cause, false), by: 'Callee', duration_ms: 0 };
};
const ended = (status: Execution['status'], cause: Cause, answered_at: number | null = null): ExecutionEvent => {
  return { type: 'ended', status, answered_at: answered_at as Instant | null, end: endOf(cause) };
};

/** Events one after the other, a second apart; those that are ignored change nothing. */
function lived(execution: Execution, ...events: readonly ExecutionEvent[]): Execution {
  return events.reduce(
    (before, event, index) => applyEvent(before, event, { now: (start + index * 1_000) as Instant, newCall }) ?? before,
    execution,
  );
}
const asked = (change: Partial<Execution> = {}): Execution =>
  claim(sampleExecution(account, { retry: null, ...change }), start, { now: start as Instant, newCall }).execution;

const at = start as Instant;
const attempted: ExecutionEvent = { type: 'attempted', at };
const ringing: ExecutionEvent = { type: 'ringing', at };
const answered: ExecutionEvent = { type: 'answered', at };
const full: ExecutionEvent = { type: 'put-off', cause: 'channel-limit' };

describe('an execution', () => {
  it('goes the whole way, and is told each step once', () => {
    const done = lived(
      asked({ status: 'scheduled', history: [{ status: 'scheduled', at }] }),
      attempted,
      { type: 'taken' },
      ringing,
      ringing,
      answered,
      ended('completed', 'callee-hung-up', start),
    );
    expect(done.history.map(({ status }) => status)).toEqual([
      'scheduled',
      'queued',
      'initiated',
      'ringing',
      'in-progress',
      'call-disconnected',
      'completed',
    ]);
    expect(done).toMatchObject({ status: 'completed', due_at: null, end: { reason: 'Call ended normally' } });
    expect(isOver(done)).toBe(true);
  });

  it.each([
    ['callee-busy', 'busy', 'Call recipient was busy'],
    ['no-answer', 'no-answer', 'Call unanswered'],
    ['callee-declined', 'failed', 'Call recipient rejected'],
    ['caller-cancelled', 'canceled', 'Call canceled by originator'],
    ['callee-not-found', 'failed', 'Call recipient number invalid'],
    ['gateway-failed', 'failed', 'Temporary network failure'],
    ['gateway-unreachable', 'failed', 'Network error'],
  ] as const)('that ends with %s is %s: %s', (cause, status, reason) => {
    const done = lived(asked(), attempted, ringing, ended(status, cause));
    expect([done.status, done.end?.reason]).toEqual([status, reason]);
    expect(done.history.map((told) => told.status)).not.toContain('call-disconnected');
  });

  it('needs no order of reply and events', () => {
    const done = lived(asked(), answered, { type: 'taken' }, attempted, ringing);
    expect(done.status).toBe('in-progress');
    expect(lived(asked(), ended('busy', 'callee-busy'), answered, { type: 'taken' }).status).toBe('busy');
  });

  it('that no edge was there for waits under its id, and says so at the deadline', () => {
    const none = { type: 'put-off', cause: null } as const;
    const waiting = lived(asked(), none);
    expect([waiting.call, waiting.asked_at, waiting.due_at]).toEqual([waiting.id, null, start + 1_000]);
    const late = { now: (start + queueFor_ms) as Instant, newCall };
    expect(applyEvent(asked(), none, late)).toMatchObject({
      status: 'failed',
      end: { cause: null, reason: 'Temporary network failure' },
    });
  });

  it('waits for room under a new id, longer each time, and has failed at the deadline', () => {
    const first = lived(asked(), full);
    expect([first.status, first.due_at, first.asked_at]).toEqual(['queued', start + 10_000, null]);
    expect(first.call).not.toBe(first.id);
    let execution = sampleExecution(account, { retry: null });
    let now = start;
    const waits: number[] = [];
    while (phaseOf(execution) === 'waiting' && waits.length < 200) {
      const parts = { now: now as Instant, newCall };
      const { execution: taken, task } = claim(execution, now, parts);
      expect(task).toBe('ask');
      execution = applyEvent(taken, { type: 'put-off', cause: 'rate-limit' }, parts) ?? taken;
      waits.push((execution.due_at ?? now) - now);
      now = execution.due_at ?? now;
    }
    expect(waits.slice(0, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(now - start).toBeGreaterThanOrEqual(queueFor_ms);
    expect(execution).toMatchObject({ status: 'failed', end: { reason: 'Temporary network failure' } });
  });

  it('is asked for again under the same id after a silence, and given up without harm to a call that is up', () => {
    const silent = lived(asked(), { type: 'unanswered' });
    const parts = { now: silent.due_at ?? at, newCall };
    const deaf = claim(silent, start + settle_ms - 1, parts);
    expect([deaf.task, deaf.execution.call]).toEqual(['nothing', silent.call]);
    const again = claim(silent, start + settle_ms, parts);
    expect([again.task, again.execution.call]).toEqual(['ask', silent.id]);
    const late = (start + queueFor_ms) as Instant;
    const given = applyEvent(again.execution, { type: 'unanswered' }, { now: late, newCall });
    expect(given).toMatchObject({ status: 'error', end: { reason: 'Network error' } });
    expect(given && lived(given, ringing, answered).status).toBe('in-progress');
  });

  it('stops at once while nobody was asked', () => {
    const stopped = lived(sampleExecution(account), { type: 'stop' });
    expect(stopped).toMatchObject({ status: 'stopped', due_at: null, end: { reason: 'Call canceled by originator' } });
    expect(phaseOf(stopped)).toBe('over');
  });

  it.each([[[]], [[attempted]], [[attempted, ringing]], [[attempted, answered]]])(
    'that an edge may have is told to end when it is stopped after %j, until its end is heard',
    (events) => {
      const stopped = lived(asked(), ...events, { type: 'stop' });
      expect([stopped.status, phaseOf(stopped)]).toEqual(['stopped', 'stopping']);
      const now = (stopped.due_at ?? at) as Instant;
      expect(claim(stopped, 0, { now, newCall }).task).toBe('hang-up');
      expect(lived(stopped, { type: 'taken' }, ringing, answered).status).toBe('stopped');
      const done = lived(stopped, ended('canceled', 'hung-up-by-operator'));
      expect([done.status, done.due_at, done.end?.reason]).toEqual(['stopped', null, 'Call canceled by originator']);
      const expired = claim(stopped, 0, { now: (stopped.hangup_until ?? at) as Instant, newCall });
      expect([expired.task, phaseOf(expired.execution)]).toEqual(['nothing', 'over']);
    },
  );

  it('is tried again as often and as late as the retries say, each time as a new call', () => {
    const retry = {
      enabled: true,
      max_retries: 3,
      retry_on_statuses: ['busy' as const],
      retry_on_voicemail: false,
      retry_intervals_minutes: [30, 60],
    };
    let execution = asked({ retry });
    const calls = new Set<string>([execution.call]);
    const minutes: number[] = [];
    for (let turn = 0; turn < mostRetries; turn++) {
      execution = lived(execution, attempted, ended('busy', 'callee-busy'));
      expect(execution).toMatchObject({ status: 'rescheduled', end: null, asked_at: null });
      minutes.push(((execution.due_at ?? 0) - start - 1_000) / 60_000);
      calls.add(execution.call);
      const now = execution.due_at ?? at;
      execution = { ...claim(execution, now, { now, newCall }).execution };
      expect(execution.status).toBe('queued');
    }
    expect(minutes).toEqual([30, 60, 60]);
    const last = lived(execution, ended('busy', 'callee-busy'));
    expect([last.status, last.retries.map(({ status }) => status), calls.size]).toEqual([
      'busy',
      ['busy', 'busy', 'busy'],
      4,
    ]);
  });

  it.each([
    [{ enabled: false }, 'busy'],
    [{ retry_on_statuses: ['no-answer' as const] }, 'busy'],
    [{}, 'completed'],
    [{}, 'canceled'],
  ] as const)('is not tried again with %j after %s', (change, status) => {
    const retry = { ...sampleExecution(account).retry, ...change } as Execution['retry'];
    expect(lived(asked({ retry }), ended(status, 'callee-busy')).status).toBe(status);
  });

  it('that never ends is given up after a day', () => {
    const up = lived(asked(), attempted, answered);
    const now = up.due_at ?? at;
    expect(now - start).toBeGreaterThan(4 * 3_600_000);
    const { execution, task } = claim(up, now, { now, newCall });
    expect([task, execution.status, phaseOf(execution)]).toEqual(['nothing', 'error', 'unknown']);
  });

  it('is in one of the phases whatever happens, and what is over stays so', () => {
    const events = [attempted, ringing, answered, full, ended('busy', 'callee-busy'), { type: 'taken' } as const];
    const more = [{ type: 'stop' } as const, { type: 'unanswered' } as const, refusalEvent('no-gateway', false)];
    const seen = new Set<string>();
    let frontier = [asked(), sampleExecution(account)];
    for (let depth = 0; depth < 4; depth++) {
      frontier = frontier.flatMap((execution) =>
        [...events, ...more].map((event) => {
          const next = lived(execution, event);
          seen.add(phaseOf(next));
          if (phaseOf(execution) === 'over') expect(next).toBe(execution);
          expect(phaseOf(next) === 'waiting' || phaseOf(next) === 'stopping' ? next.due_at : 0).not.toBeNull();
          return next;
        }),
      );
    }
    expect([...seen].sort()).toEqual(phases.filter((phase) => phase !== 'unknown').sort());
  });
});

describe('a refusal', () => {
  it('is put off where its cause says when to try again, or where a change may not have arrived', () => {
    for (const cause of causes) {
      const passes = causeTable[cause].retry_after_s !== undefined;
      expect([cause, refusalEvent(cause, false).type]).toEqual([cause, passes ? 'put-off' : 'refused']);
    }
    expect(refusalEvent('caller-number-not-owned', true).type).toBe('put-off');
    expect(refusalEvent('callee-number-invalid', true).type).toBe('refused');
  });

  it('has one of the texts of the dialect for every cause', () => {
    const texts = new Set<string>(Object.values(hangupReasons));
    for (const cause of causes) expect(texts.has(hangupReason(cause, false))).toBe(true);
    expect(hangupReason('hung-up-by-operator', true)).toBe('Call ended normally');
  });
});
