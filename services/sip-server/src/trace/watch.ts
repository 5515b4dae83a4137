import type { HepSender } from '../hep/hep-sender.ts';
import type { Flow } from '../transport/transport.ts';
import type { LegLinks } from './leg-links.ts';
import type { MessageTrace } from './message-trace.ts';

/** Who looks on: hears of every message that is taken from the network or sent, and of legs that belong together. */
export interface Watch {
  seen(direction: 'in' | 'out', bytes: Buffer, flow: Flow): void;
  /** An INVITE with this Call-ID goes out for the call whose first leg has that dialog id. */
  joined(other_leg: string, call_id: string): void;
}

export const NOBODY_WATCHES: Watch = { seen: () => {}, joined: () => {} };

/** Shorter than any message: a ping or its answer. */
const LEAST_BYTES = 16;

export function createWatch(parts: {
  readonly trace: MessageTrace;
  readonly links: LegLinks;
  readonly hep: HepSender | undefined;
}): Watch {
  const { trace, links, hep } = parts;
  return {
    seen(direction, bytes, flow) {
      if (bytes.length < LEAST_BYTES) return;
      trace.add(direction, bytes, flow);
      hep?.add(direction, bytes, flow);
    },
    joined: (other_leg, call_id) => links.add(other_leg, call_id),
  };
}
