import { Intake } from './overload/intake.ts';
import type { OverloadEvents, OverloadGate } from './overload/overload-gate.ts';
import { ShedResponses } from './overload/shed-response.ts';
import { answeredVia } from './transaction/arrival.ts';
import { wayBack } from './transaction/way-back.ts';
import type { Core } from './user-agent/core.ts';
import { handleReceived } from './user-agent/receive-message.ts';

/** Bytes of chance in the tags of our stateless answers. */
const MARK_BYTES = 6;

/** What stands between the sockets and the user agent. */
export function createIntake(
  core: Core,
  gate: OverloadGate,
  defer: (run: () => void) => void,
  overload: OverloadEvents,
): Intake {
  const { transactions, transports, events, clock, ids } = core;
  const responses = new ShedResponses(`s${ids.hex(MARK_BYTES)}x`);
  return new Intake({
    dropped: () => overload.dropped('backlog'),
    clock,
    defer,
    gate,
    handle: (bytes, flow) => handleReceived(core, bytes, flow),
    queueDelay: () => Math.max(0, ...transports.all.map((one) => one.queueDelay?.() ?? 0)),
    isKnown: (key) => transactions.knows(key),
    shed(peeked, flow) {
      events.received('INVITE', flow.transport);
      events.refused('overload');
      const [top = ''] = peeked.vias;
      const bytes = responses.compose(peeked, answeredVia(top, peeked.via, flow.remote));
      wayBack(transports, flow, peeked.via)?.send(bytes, () => {});
    },
    isShedAck(bytes, flow) {
      const is = responses.isAck(bytes);
      if (is) events.received('ACK', flow.transport);
      return is;
    },
  });
}
