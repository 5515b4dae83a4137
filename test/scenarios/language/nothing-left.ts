import { expect } from 'vitest';
import type { PlacedCall } from './placed-call.ts';
import type { Scenario } from './scenario.ts';

/** After this long without news every transaction of the network is over (64*T1, and a while). */
const quiet_ms = 70_000;

/**
 * What must hold when a story is over: nothing is left of any call, every INVITE got one final response, every attempt has one
 * record, and the events can be read.
 */
export async function assertNothingLeft(scenario: Scenario): Promise<void> {
  const { edge, edgeClock, relay, log } = scenario;
  await scenario.clock.settle();
  expect({
    calls: edge.calls.size,
    challenges: edge.challenges.size,
    timers: edgeClock.pending,
    mediaSessions: relay.openSessions,
    impossible: scenario.impossible,
    errors: scenario.errors,
    eventFaults: log.faults,
  }).toEqual({
    calls: 0,
    challenges: 0,
    timers: 0,
    mediaSessions: 0,
    impossible: [],
    errors: [],
    eventFaults: [],
  });
  await scenario.passes(quiet_ms);
  assertNoDialogs(scenario);
  for (const ua of scenario.network.userAgents()) for (const call of ua.placed) assertOneFinal(ua.name, call);
  assertRecords(scenario);
}

function assertNoDialogs({ network }: Scenario): void {
  const legs = [...network.callerLegs, ...network.calleeLegs];
  expect({
    open: legs.filter((leg) => leg.isOpen).length,
    up: legs.filter((leg) => leg.isUp).length,
    timers: network.timers.pending,
    unansweredReinvites: legs.reduce((sum, leg) => sum + leg.unansweredReinvites, 0),
  }).toEqual({ open: 0, up: 0, timers: 0, unansweredReinvites: 0 });
}

function assertOneFinal(name: string, { heard, finals, sip_call_id }: PlacedCall): void {
  expect(finals, `final responses to ${name}'s INVITE ${sip_call_id}`).toHaveLength(1);
  expect(heard.at(-1), `the last response to ${name}'s INVITE ${sip_call_id}`).toBe(finals[0]);
}

/** An INVITE that is sent again with credentials is the same attempt: it has the same Call-ID. */
function assertRecords({ log, network }: Scenario): void {
  const ofInvites = log.records.filter(({ source }) => source !== null);
  expect(ofInvites.map(({ sip_call_id }) => sip_call_id).sort()).toEqual([...network.reachedEdge].sort());
  expect(new Set(log.records.map(({ id }) => id)).size, 'one record of each attempt').toBe(log.records.length);
  for (const record of log.records) {
    const { cause, explanation, started_at, ended_at, answered_at, attempts, trunk } = record;
    if (explanation.decision === 'accepted') expect(trunk, 'an admitted call is on a trunk').not.toBeNull();
    else expect(explanation.cause, 'the record and its explanation agree').toBe(cause);
    expect(ended_at).toBeGreaterThanOrEqual(answered_at ?? started_at);
    for (const attempt of attempts)
      expect(attempt.ended_at, `the end of the attempt at ${attempt.target}`).not.toBeNull();
  }
}
