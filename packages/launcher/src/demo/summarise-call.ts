import type { CallRecord } from '@trunkline/contracts/call-record';
import type { HeardAudio, PlacedCall } from './place-call.ts';

export interface Names {
  readonly caller: string;
  readonly callee: string;
}

const admittedBy = ({ admitted_by }: CallRecord): string => {
  if (admitted_by === null) return 'nothing';
  return admitted_by.by === 'acl' ? `its address (${admitted_by.detail})` : `digest (user ${admitted_by.detail})`;
};

const audio = (from: string, to: string, { sent, received, lost, heard_hz, amplitude }: HeardAudio): string => {
  const tone = heard_hz === undefined ? 'tone NOT heard' : `tone ${heard_hz} Hz heard, amplitude ${amplitude}`;
  return `${from} -> ${to}: ${sent} sent, ${received} arrived, ${lost} lost; ${tone}`;
};

/** The facts of one call, a line each, as label and text. */
export function summariseCall(
  call: PlacedCall,
  record: CallRecord,
  names: Names,
  url: string,
): readonly (readonly [string, string])[] {
  const [attempt] = record.attempts;
  const relayed = record.media;
  return [
    ['admitted by', admittedBy(record)],
    ['trunk', record.trunk_name ?? '-'],
    [record.direction === 'outbound' ? 'gateway' : 'agent', `${attempt?.target ?? '-'}  (${attempt?.uri ?? '-'})`],
    ['post-dial delay', record.post_dial_delay_ms === null ? '-' : `${record.post_dial_delay_ms} ms`],
    ['duration', `${(record.duration_ms / 1_000).toFixed(1)} s, ended by the ${record.ended_by}: ${record.cause_text}`],
    ['RTP', audio(names.caller, names.callee, call.toCallee)],
    ['', audio(names.callee, names.caller, call.toCaller)],
    [
      'rtpengine',
      relayed === null
        ? '-'
        : `${relayed.caller.packets_received} packets from the caller, ${relayed.callee.packets_received} from the callee`,
    ],
    ['record', url],
  ];
}
