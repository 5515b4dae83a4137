import type { CallRecord } from '@trunkline/contracts/call-record';
import { causeTable } from '@trunkline/contracts/causes';
import type { CallEvent } from '@trunkline/contracts/events/call-events';
import type { AccountId, AgentId, CallId, EdgeId, EventId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';

/** What the tests of this service talk about. Every sample passes the schemas of `contracts`. */
const ulid = (letter: string, count: number): string =>
  `0${letter}${count.toString(32).toUpperCase().replaceAll('I', 'X').replaceAll('L', 'Y').replaceAll('O', 'Z').replaceAll('U', 'W').padStart(24, '0')}`;

export const accountA = ulid('A', 1) as AccountId;
export const accountB = ulid('A', 2) as AccountId;
export const trunkA = ulid('T', 1) as TrunkId;
export const trunkB = ulid('T', 2) as TrunkId;
export const agentA = ulid('G', 1) as AgentId;
export const edge1 = 'edge-1' as EdgeId;
export const start = 1_800_000_000_000 as Instant;

export const callId = (count: number): CallId => ulid('C', count) as CallId;
export const at = (offset_ms: number): Instant => (start + offset_ms) as Instant;

const ringsAfter_ms = 800;
const answersAfter_ms = 2_000;
const endsAfter_ms = 12_000;

/** An answered inbound call on trunk A, by its count; it starts `count` seconds after {@link start}. */
export function sampleRecord(count: number, changes: Partial<CallRecord> = {}): CallRecord {
  const started = start + count * 1_000;
  const cause = changes.cause ?? 'caller-hung-up';
  return {
    id: callId(count),
    edge: edge1,
    account: accountA,
    direction: 'inbound',
    trunk: trunkA,
    trunk_name: 'Carrier A',
    number: null,
    agent: agentA,
    agent_name: 'Anna',
    from: '+4930111',
    to: '+4930222',
    sip_call_id: `leg-a-${count}`,
    sip_call_id_b: `leg-b-${count}`,
    source: { address: '127.0.0.1', port: 5060, transport: 'udp' },
    admitted_by: { by: 'acl', detail: '127.0.0.0/8' },
    explanation: {
      decision: 'accepted',
      cause: null,
      summary: 'Carrier A: 127.0.0.1 is in 127.0.0.0/8 and +4930222 is on the trunk',
      candidates: [
        {
          kind: 'trunk',
          id: trunkA,
          account: accountA,
          name: 'Carrier A',
          found_by: ['acl', 'number'],
          chosen: true,
          left_out: null,
          detail: null,
        },
        {
          kind: 'trunk',
          id: trunkB,
          account: accountB,
          name: 'Secret of B',
          found_by: ['acl'],
          chosen: false,
          left_out: 'number-not-on-trunk',
          detail: 'Secret of B has other numbers',
        },
      ],
      candidates_total: 2,
    },
    attempts: [
      {
        uri: 'sip:+4930222@127.0.0.1:5080',
        target: 'Anna',
        started_at: (started + 5) as Instant,
        ringing_at: (started + ringsAfter_ms) as Instant,
        ended_at: (started + answersAfter_ms) as Instant,
        status: 200,
        reason: 'OK',
      },
    ],
    outcome: 'completed',
    cause,
    cause_text: causeTable[cause].text,
    status: 200,
    ended_by: 'caller',
    started_at: started as Instant,
    ringing_at: (started + ringsAfter_ms) as Instant,
    answered_at: (started + answersAfter_ms) as Instant,
    ended_at: (started + endsAfter_ms) as Instant,
    post_dial_delay_ms: ringsAfter_ms,
    duration_ms: endsAfter_ms - answersAfter_ms,
    media: {
      caller: { packets_received: 500, octets_received: 86_000, errors: 0 },
      callee: { packets_received: 498, octets_received: 85_656, errors: 0 },
    },
    ladder: [
      { at: started as Instant, from: 'caller', to: 'trunkline', text: 'INVITE' },
      { at: (started + 5) as Instant, from: 'trunkline', to: 'callee', text: 'INVITE' },
      { at: (started + ringsAfter_ms) as Instant, from: 'callee', to: 'trunkline', text: '180 Ringing' },
      { at: (started + answersAfter_ms) as Instant, from: 'callee', to: 'trunkline', text: '200 OK (INVITE)' },
    ],
    ...changes,
  };
}

/** One that admission refused; it belongs to nobody unless `changes` say so. */
export function refusedRecord(count: number, changes: Partial<CallRecord> = {}): CallRecord {
  return sampleRecord(count, {
    account: null,
    direction: 'unknown',
    trunk: null,
    trunk_name: null,
    agent: null,
    agent_name: null,
    sip_call_id_b: null,
    admitted_by: null,
    attempts: [],
    outcome: 'refused',
    cause: 'source-unknown',
    status: 401,
    ended_by: 'trunkline',
    ringing_at: null,
    answered_at: null,
    ended_at: at(count * 1_000 + 3),
    post_dial_delay_ms: null,
    duration_ms: 0,
    media: null,
    ladder: [],
    ...changes,
  });
}

type What = 'attempted' | 'ringing' | 'answered' | 'ended' | 'refused';
/** Sets the ids of a call's events apart. */
const letters: Readonly<Record<What, string>> = {
  attempted: 'E',
  ringing: 'F',
  answered: 'H',
  ended: 'J',
  refused: 'K',
};

/** The event of that name in the life of the call that `record` tells of. */
export function eventOf(what: What, record: CallRecord): CallEvent {
  const { account, edge, trunk, id: call } = record;
  const base = { id: `0${letters[what]}${record.id.slice(2)}` as EventId, account, edge, trunk, call };
  switch (what) {
    case 'attempted': {
      const { direction, trunk_name, agent, agent_name, from, to, sip_call_id, source } = record;
      const facts = { direction, trunk_name, agent, agent_name, from, to, sip_call_id, source };
      return { type: 'call.attempted', ...base, at: record.started_at, ...facts };
    }
    case 'ringing':
      return { type: 'call.ringing', ...base, at: record.ringing_at ?? record.ended_at };
    case 'answered':
      return { type: 'call.answered', ...base, at: record.answered_at ?? record.ended_at };
    case 'ended':
    case 'refused':
      return { type: `call.${what}`, ...base, at: record.ended_at, record };
  }
}

/** A whole answered call, in order. */
export function eventsOf(record: CallRecord): readonly CallEvent[] {
  return (['attempted', 'ringing', 'answered', 'ended'] as const).map((what) => eventOf(what, record));
}
