import { type CallRecord, callRecordSchema } from '@trunkline/contracts/call-record';
import { expect, it } from 'vitest';
import { judgeCall } from './judge-call.ts';
import type { HeardAudio, PlacedCall } from './place-call.ts';
import { summariseCall } from './summarise-call.ts';

const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const counts = { packets_received: 150, octets_received: 24_000, errors: 0 };
const record: CallRecord = callRecordSchema.parse({
  id,
  edge: 'edge-1',
  account: id,
  direction: 'outbound',
  trunk: id,
  trunk_name: 'Demo carrier',
  number: id,
  agent: id,
  agent_name: 'Demo agent',
  from: '+12025550123',
  to: '+12025550188',
  sip_call_id: 'a',
  sip_call_id_b: 'b',
  source: { address: '127.0.0.12', port: 5_060, transport: 'udp' },
  admitted_by: { by: 'digest', detail: 'demo-agent' },
  explanation: { decision: 'accepted', cause: null, summary: 'admitted', candidates: [], candidates_total: 0 },
  attempts: [
    {
      uri: 'sip:+12025550188@127.0.0.11:5070',
      target: '127.0.0.11:5070',
      started_at: 1,
      ringing_at: 2,
      ended_at: 3,
      status: 200,
      reason: null,
    },
  ],
  outcome: 'completed',
  cause: 'callee-hung-up',
  cause_text: 'The callee hung up',
  status: 200,
  ended_by: 'callee',
  started_at: 1,
  ringing_at: 2,
  answered_at: 3,
  ended_at: 3_004,
  post_dial_delay_ms: 17,
  duration_ms: 3_001,
  media: { caller: counts, callee: counts },
  ladder: [],
});
const audio: HeardAudio = { sent: 150, received: 149, lost: 1, expected_hz: 440, heard_hz: 440, amplitude: 7_990 };
const call: PlacedCall = {
  id,
  caller: [],
  callee: [],
  toCallee: audio,
  toCaller: { ...audio, expected_hz: 1_000, heard_hz: 1_000 },
};

it('finds nothing wrong with a good call', () => {
  expect(judgeCall(call, record, 'outbound')).toEqual([]);
});

it.each<[string, PlacedCall, CallRecord]>([
  ['packets are missing', { ...call, toCallee: { ...audio, received: 120 } }, record],
  ['there is silence', { ...call, toCaller: { ...call.toCaller, heard_hz: undefined } }, record],
  ['the tones are crossed', { ...call, toCaller: { ...call.toCaller, heard_hz: 440 } }, record],
  ['the record says inbound', call, { ...record, direction: 'inbound' }],
  ['the record says that it failed', call, { ...record, outcome: 'failed' }],
  ['nobody knows how it was admitted', call, { ...record, admitted_by: null }],
  ['there was a second attempt', call, { ...record, attempts: [...record.attempts, ...record.attempts] }],
  [
    'rtpengine heard nothing',
    call,
    { ...record, media: { caller: { ...counts, packets_received: 0 }, callee: counts } },
  ],
  ['rtpengine was not asked', call, { ...record, media: null }],
])('minds when %s', (_, bad, badRecord) => {
  expect(judgeCall(bad, badRecord, 'outbound').length).toBeGreaterThan(0);
});

it('summarises all that the demonstration promises', () => {
  const lines = summariseCall(call, record, { caller: 'agent', callee: 'carrier' }, 'http://x/calls/1');
  expect(lines.map((line) => line.join(': '))).toEqual([
    'admitted by: digest (user demo-agent)',
    'trunk: Demo carrier',
    'gateway: 127.0.0.11:5070  (sip:+12025550188@127.0.0.11:5070)',
    'post-dial delay: 17 ms',
    'duration: 3.0 s, ended by the callee: The callee hung up',
    'RTP: agent -> carrier: 150 sent, 149 arrived, 1 lost; tone 440 Hz heard, amplitude 7990',
    ': carrier -> agent: 150 sent, 149 arrived, 1 lost; tone 1000 Hz heard, amplitude 7990',
    'rtpengine: 150 packets from the caller, 150 from the callee',
    'record: http://x/calls/1',
  ]);
});
