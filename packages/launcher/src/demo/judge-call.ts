import type { CallRecord } from '@trunkline/contracts/call-record';
import type { HeardAudio, PlacedCall } from './place-call.ts';

/** Of the packets sent, at least this share has to arrive: the first ones may be gone before both ports are known. */
const wantedShare = 0.95;

function audioFaults(what: string, { sent, received, expected_hz, heard_hz }: HeardAudio): string[] {
  const faults: string[] = [];
  if (received < sent * wantedShare) faults.push(`of ${sent} packets ${what} only ${received} arrived`);
  if (heard_hz !== expected_hz) {
    faults.push(
      `${what} the tone is ${heard_hz === undefined ? 'not there' : `${heard_hz} Hz`}, not ${expected_hz} Hz`,
    );
  }
  return faults;
}

/** Everything that is not as it should be with one call of the demonstration; nothing when all is well. */
export function judgeCall(call: PlacedCall, record: CallRecord, direction: 'inbound' | 'outbound'): string[] {
  const faults = [
    ...audioFaults('from caller to callee', call.toCallee),
    ...audioFaults('from callee to caller', call.toCaller),
  ];
  if (record.direction !== direction) faults.push(`the record says ${record.direction}`);
  if (record.outcome !== 'completed') faults.push(`the record says ${record.outcome}: ${record.cause_text}`);
  if (record.admitted_by === null) faults.push('the record does not say how the caller was admitted');
  if (record.attempts.length !== 1) faults.push(`the record lists ${record.attempts.length} attempts, not 1`);
  if ((record.media?.caller.packets_received ?? 0) === 0) faults.push('the record counts no audio from the caller');
  if ((record.media?.callee.packets_received ?? 0) === 0) faults.push('the record counts no audio from the callee');
  return faults;
}
