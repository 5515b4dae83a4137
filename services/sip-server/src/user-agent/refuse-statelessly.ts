import type { SipRequest } from '@trunkline/sip/message';
import { salvageVia } from '@trunkline/sip/via';
import { composeRefusal } from '../compose/compose-refusal.ts';
import { readVias } from '../transaction/arrival.ts';
import { wayBack } from '../transaction/way-back.ts';
import type { Flow } from '../transport/transport.ts';
import type { Core } from './core.ts';

/**
 * Answers a request that cannot be taken, and forgets it (RFC 3261 §8.2.7): a flood of such requests must not fill the
 * server with transactions. Silence when its Via does not tell the way back.
 */
export function refuseStatelessly(
  core: Core,
  request: SipRequest,
  flow: Flow,
  { status, why, extra }: { readonly status: number; readonly why: string; readonly extra: string },
): void {
  // §17.1.1.3: an ACK is never answered.
  if (request.method === 'ACK') return;
  const { top, via, vias } = readVias(request, flow);
  const readable = via.ok ? via.value : salvageVia(top);
  if (readable === undefined) return;
  core.events.refused(why);
  wayBack(core.transports, flow, readable)?.send(composeRefusal(request, vias, status, extra), () => {});
}

/** RFC 3261 §20.43: 399 is for any text that helps. */
export const warning = (reason: string): string => `Warning: 399 trunkline "${reason}"\r\n`;
