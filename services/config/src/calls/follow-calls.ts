import { callEventSchema } from '@trunkline/contracts/events/call-events';
import { type CallId, callIdSchema } from '@trunkline/contracts/ids';
import { callsStream } from '@trunkline/contracts/nats-map';
import type { Bus, Delivered, Subscription } from '@trunkline/runtime/bus';
import type { Clock } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import type { ExecutionStore } from '../store/store.ts';
import { applyEvent } from './apply-event.ts';
import type { Execution } from './execution.ts';
import { heardEvent } from './execution-event.ts';

const durable = 'config';
/** With nothing to read for so long, everything has been read. */
const idle_ms = 5_000;
const fresh_ms = 10_000;

export interface CallsFollower {
  start(): void;
  /** Up to when the events of calls have been heard; before the first one, and while NATS is away, nothing is known. */
  heardUntil(): number;
  stop(): Promise<void>;
}

/** Brings executions up to date with what the edges tell of their calls. */
export function followCalls(parts: {
  readonly bus: Bus;
  readonly store: Pick<ExecutionStore, 'executionsByCall' | 'changeExecution'>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** After a change: there may be something to do. */
  readonly changed: () => void;
}): CallsFollower {
  const { bus, store, clock, ids } = parts;
  let following: Promise<Subscription> | undefined;
  let newest = 0;
  let quietSince = clock.now() as number;
  let behind = false;
  bus.onConnectionChange(() => {
    quietSince = clock.now();
  });

  const apply = async (execution: Execution, payload: string): Promise<void> => {
    const event = callEventSchema.safeParse(JSON.parse(payload));
    if (!event.success) return;
    const { call } = event.data;
    const changed = await store.changeExecution(execution.id, (present) => {
      const now = clock.now();
      const heard = heardEvent(event.data, now - present.created_at < fresh_ms);
      const parts = { now, newCall: () => ids.ulid() as CallId };
      return present.call === call ? applyEvent(present, heard, parts) : undefined;
    });
    if (changed !== undefined) parts.changed();
  };
  const handle = async (batch: readonly Delivered[]): Promise<void> => {
    behind = true;
    const calls = new Set(batch.map(({ subject }) => callOf(subject)).filter((call) => call !== undefined));
    const executions = new Map((await store.executionsByCall([...calls])).map((one) => [one.call, one]));
    for (const { subject, payload } of batch) {
      const call = callOf(subject);
      const execution = call && executions.get(call);
      if (execution !== undefined) await apply(execution, payload);
    }
    newest = Math.max(newest, toldAt(batch.at(-1)?.payload));
    quietSince = clock.now();
    behind = false;
  };

  return {
    start() {
      following ??= bus.ensureStream(callsStream).then(() => bus.consume(callsStream.name, durable, handle));
    },
    heardUntil() {
      const quiet = bus.connected && !behind && clock.now() - quietSince >= idle_ms;
      return quiet ? clock.now() : newest;
    },
    async stop() {
      await (await following)?.stop();
    },
  };
}

/** `call.<account>.<trunk>.<call>.<what>` */
function callOf(subject: string): CallId | undefined {
  return callIdSchema.safeParse(subject.split('.')[3]).data;
}

/** When the event was told; 0 where that cannot be read. */
function toldAt(payload: string | undefined): number {
  try {
    const { at } = JSON.parse(payload ?? '{}') as { readonly at?: unknown };
    return typeof at === 'number' ? at : 0;
  } catch {
    return 0;
  }
}
