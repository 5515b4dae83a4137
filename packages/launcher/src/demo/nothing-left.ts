import type { Clock } from '@trunkline/runtime/clock';
import type { Stack } from '../stack.ts';
import { waitUntil } from '../wait.ts';

const deadline_ms = 8_000;

/** Every dialog gauge of the SIP server, by series. */
function dialogs(metrics: Readonly<Record<string, number>>): number {
  const series = Object.entries(metrics).filter(([name]) => /dialogs(\{|$)/.test(name));
  if (series.length === 0) throw new Error('the SIP server shows no gauge of its dialogs');
  return series.reduce((sum, [, value]) => sum + value, 0);
}

/** Undefined when rtpengine holds no session and the SIP server no dialog, else what is left, after a patient while. */
export function nothingLeft(stack: Stack, clock: Clock): Promise<string | undefined> {
  return waitUntil(clock, deadline_ms, async () => {
    const sessions = await stack.rtpengineSessions();
    const left = dialogs(await stack.sipServerGauges());
    return sessions === 0 && left === 0
      ? undefined
      : `rtpengine still holds ${sessions} sessions, the SIP server ${left} dialogs`;
  });
}
