import { sipTraceSchema, type TracedMessage } from '@trunkline/contracts/sip-trace';
import type { Clock } from '@trunkline/runtime/clock';
import { formatHostPort, type HostPort } from '@trunkline/runtime/env-fields';
import type { Logger } from '@trunkline/runtime/logger';
import type { SipTraces } from './sip-traces.ts';

const deadline_ms = 3_000;

/** Asks every SIP server on its page `/trace`: which of them carried a call is not known beforehand. */
export function createHttpSipTraces(parts: {
  readonly servers: readonly HostPort[];
  readonly token: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): SipTraces {
  const { servers, token, clock, logger } = parts;
  const ask = async (server: HostPort, sip_call_id: string): Promise<readonly TracedMessage[]> => {
    const late = new AbortController();
    const timer = clock.after(deadline_ms, () => late.abort());
    try {
      const url = `http://${formatHostPort(server)}/trace?call-id=${encodeURIComponent(sip_call_id)}`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: late.signal });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      return sipTraceSchema.parse(await answer.json()).messages;
    } catch (error) {
      logger.warn('A SIP server did not tell of a call', { server: formatHostPort(server), error: String(error) });
      return [];
    } finally {
      timer.cancel();
    }
  };
  return {
    async of(sip_call_id) {
      const told = await Promise.all(servers.map((server) => ask(server, sip_call_id)));
      return told.flat().sort((one, other) => one.at - other.at);
    },
  };
}
