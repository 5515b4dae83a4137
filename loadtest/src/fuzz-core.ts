import type { Ids } from '@trunkline/runtime/ids';
import { silentLogger } from '@trunkline/runtime/logger';
import { DEFAULT_TIMERS } from '@trunkline/sip-server/transaction/timer-durations';
import type { TransportName } from '@trunkline/sip-server/transport/endpoint';
import type { Flow, Transport } from '@trunkline/sip-server/transport/transport';
import { TransportLayer } from '@trunkline/sip-server/transport/transport-layer';
import { applicationGone } from '@trunkline/sip-server/user-agent/application-gone';
import type { Core } from '@trunkline/sip-server/user-agent/core';
import { createCore } from '@trunkline/sip-server/user-agent/create-core';
import { receiveMessage } from '@trunkline/sip-server/user-agent/receive-message';
import { FuzzApplication } from './fuzz-application.ts';
import { FuzzClock } from './fuzz-clock.ts';
import type { FuzzRandom } from './fuzz-random.ts';

/** Messages of the server that answers to it are made of: the newest. */
const MOST_SENT = 64;
/** Milliseconds of the server's time in which everything that was begun must be over: session timers of 2 h among it. */
const DRAIN_MS = 12 * 3_600_000;
const STEP_MS = 60_000;

/** A resolver that knows nobody: fuzz never leaves the process. */
const NO_NAMES = { naptr: async () => [], srv: async () => [], addresses: async () => [] };

/** The server's core between a network that is made up and an application by chance, on a clock that is moved. */
export interface FuzzCore {
  /** The entry that every transport calls. */
  receive(bytes: Buffer, transport: TransportName): void;
  /** What the server sent lately, as Latin-1. */
  readonly sent: readonly string[];
  /** Lets the application act, time pass and promises settle. */
  turn(): Promise<void>;
  /** A batch begins: its chance is all that differs. */
  begin(random: FuzzRandom): void;
  /** Lets everything end, and tells what has not: empty when nothing is left. */
  drain(): Promise<string>;
  /** How far it all got: what the server refused and ended of its own accord, by reason, and the most of it at one time. */
  readonly reached: Readonly<Record<string, number>>;
}

export function createFuzzCore(first: FuzzRandom): FuzzCore {
  let random = first;
  const clock = new FuzzClock();
  const sent: string[] = [];
  const reached: Record<string, number> = { most_transactions: 0, most_dialogs: 0 };
  const count = (what: string): void => {
    reached[what] = (reached[what] ?? 0) + 1;
  };
  const highest = (what: string, now: number): void => {
    reached[what] = Math.max(reached[what] ?? 0, now);
  };
  const flows = new Map<TransportName, Flow>();
  const ids: Ids = { ulid: () => random.hex(13), hex: (bytes) => random.hex(bytes) };
  const flowOf = (name: TransportName): Flow => {
    const known = flows.get(name);
    if (known !== undefined) return known;
    const flow: Flow = {
      transport: name,
      local: { address: '127.0.0.1', port: 5_060 },
      remote: { address: '192.0.2.9', port: 5_060 },
      open: true,
      send(bytes, failed) {
        if (sent.length >= MOST_SENT) sent.shift();
        sent.push(bytes.toString('latin1'));
        if (random.chance(1)) clock.after(1, () => failed(new Error('nobody there')));
      },
    };
    flows.set(name, flow);
    return flow;
  };
  const transportOf = (name: TransportName): Transport => ({
    name,
    local: flowOf(name).local,
    advertised: flowOf(name).local,
    connections: 0,
    start: async () => {},
    stop: async () => {},
    flowTo: () => flowOf(name),
  });
  const core = createCore({
    clock,
    ids,
    logger: { ...silentLogger, error: (sentence) => count(`error: ${sentence}`) },
    timers: DEFAULT_TIMERS,
    transports: new TransportLayer([transportOf('udp'), transportOf('tcp')]),
    resolver: NO_NAMES,
    events: {
      received: () => {},
      refused: (why) => count(`refused: ${why}`),
      ownBye: (cause) => count(`BYE: ${cause}`),
    },
  });
  let app = new FuzzApplication(core, random);
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    receive: (bytes, transport) => receiveMessage(core, bytes, flowOf(transport)),
    sent,
    async turn() {
      app.act();
      highest('most_dialogs', core.dialogs.size);
      clock.advance(random.below(200));
      await settle();
    },
    begin(next) {
      random = next;
      sent.length = 0;
      app = new FuzzApplication(core, next);
    },
    async drain() {
      highest('most_transactions', transactionsOf(core));
      // Calls that are up are nobody's fault: their application goes, and the server ends them.
      app.open = false;
      core.routes.removeAll(app);
      applicationGone(core, app);
      for (let passed = 0; passed < DRAIN_MS && left(core, clock) !== ''; passed += STEP_MS) {
        clock.advance(STEP_MS);
        await settle();
      }
      const errors = Object.keys(reached).filter((what) => what.startsWith('error: '));
      return [left(core, clock), ...errors].filter((what) => what !== '').join(' ');
    },
    reached,
  };
}

const transactionsOf = ({ transactions }: Core): number =>
  Object.values(transactions.counts).reduce((sum, count) => sum + count, 0);

function left(core: Core, clock: FuzzClock): string {
  const counts = {
    transactions: transactionsOf(core),
    dialogs: core.dialogs.size,
    inbound: core.inbound.size,
    outbound: core.outbound.size,
    timers: clock.timers,
    impossible: core.transactions.impossible_events,
  };
  return Object.values(counts).every((count) => count === 0) ? '' : JSON.stringify(counts);
}
