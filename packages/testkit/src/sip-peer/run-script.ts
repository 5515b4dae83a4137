import type { Clock } from '@trunkline/runtime/clock';
import type { PeerCall } from './call.ts';
import type { IncomingCall } from './incoming-call.ts';

/** What a callee does with an INVITE, by the clock. Times count from the INVITE, `hang_up_after_ms` from the answer. */
export interface CallScript {
  readonly ring_after_ms?: number;
  /** 180 when absent. */
  readonly ring_status?: number;
  /** Description sent with the ringing: early media. */
  readonly early_sdp?: string;
  readonly answer_after_ms?: number;
  readonly hang_up_after_ms?: number;
  /** Instead of an answer, at `answer_after_ms` (at once when absent). Without both the callee never answers. */
  readonly refuse?: { readonly status: number; readonly headers?: Iterable<readonly [string, string]> };
}

/** Runs the script; `sdp` makes the answer, `onAnswered` hears of a call that is up. */
export function runScript(
  clock: Clock,
  call: IncomingCall,
  script: CallScript,
  sdp: (offer: string) => string,
  onAnswered: (call: PeerCall) => void = () => undefined,
): void {
  const { ring_after_ms, ring_status, early_sdp, refuse } = script;
  const final_after_ms = script.answer_after_ms ?? (refuse === undefined ? undefined : 0);
  const ring = (): void => call.ring(ring_status, early_sdp);
  const finish = async (): Promise<void> => {
    if (refuse !== undefined) {
      call.refuse(refuse.status, refuse.headers);
      return;
    }
    const up = await call.answer(sdp(call.offer));
    if (up === undefined) return;
    onAnswered(up);
    if (script.hang_up_after_ms !== undefined) clock.after(script.hang_up_after_ms, () => void up.hangUp());
  };
  if (ring_after_ms === 0) ring();
  else if (ring_after_ms !== undefined) clock.after(ring_after_ms, ring);
  if (final_after_ms !== undefined) clock.after(final_after_ms, () => void finish());
}
