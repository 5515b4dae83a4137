import { buckets, callsStream } from '@trunkline/contracts/nats-map';
import type { Bus, Subscription } from '@trunkline/runtime/bus';
import type { Clock } from '@trunkline/runtime/clock';
import { type Check, createHealth } from '@trunkline/runtime/health';
import type { Logger } from '@trunkline/runtime/logger';
import type { Metrics } from '@trunkline/runtime/metrics';
import { type Api, createApi } from './api/create-api.ts';
import { endLostCalls } from './follow/end-lost-calls.ts';
import { type BucketsFollower, followBuckets } from './follow/follow-buckets.ts';
import { createCallsFollower } from './follow/follow-calls.ts';
import { keepTime } from './follow/keep-time.ts';
import { createCallsRecorder } from './follow/record-calls.ts';
import { createRememberer } from './follow/remember-calls.ts';
import { SeenRange } from './follow/seen-range.ts';
import { createStatusMetrics } from './status-metrics.ts';
import type { RecordStore } from './store/record-store.ts';
import { NO_TRACES, type SipTraces } from './trace/sip-traces.ts';
import { createView } from './view/view.ts';

export interface StatusParts {
  readonly bus: Bus;
  readonly store: RecordStore;
  /** Asked for the messages of a call; nobody when absent. */
  readonly traces?: SipTraces;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly retention_days: number;
  /** How long an edge may be gone before its calls are taken as ended, milliseconds. */
  readonly lost_edge_ms: number;
}

export interface Status {
  readonly api: Api['app'];
  /** Begins to follow NATS; resolves when every follower is set up, whether or not NATS and the database are there. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Names of our readers of the stream; each keeps its own place. */
const readers = { view: 'status-view', records: 'status-records' } as const;

export async function createStatus(parts: StatusParts): Promise<Status> {
  const { bus, store, clock, logger, metrics, traces = NO_TRACES } = parts;
  const view = createView();
  const seen = new SeenRange();
  const statusMetrics = createStatusMetrics({ metrics, view, clock, seen: () => seen.last });
  const remembered = createRememberer(view, store, clock);
  const subscriptions: Subscription[] = [];
  let followed: BucketsFollower | undefined;

  const checks: readonly Check[] = [
    { name: 'nats', reason: () => (bus.connected ? undefined : 'NATS is not connected') },
    {
      name: 'configuration',
      reason() {
        const missing = followed?.missing() ?? Object.keys(buckets);
        return missing.length === 0 ? undefined : `not read yet: ${missing.join(', ')}`;
      },
    },
    {
      name: 'database',
      reason: () =>
        remembered()
          .then(() => store.progress())
          .then(
            () => undefined,
            () => 'the database does not answer',
          ),
    },
  ];
  const health = createHealth({ checks, metrics, clock });
  const tokensKnown = (): boolean => followed !== undefined && !followed.missing().includes('tokens');
  const { app, clients } = await createApi({ view, store, traces, clock, logger, health, tokensKnown });
  metrics.gauge({
    name: 'trunkline_status_event_streams',
    help: 'Open streams of GET /events',
    collect: (set) => set(clients.count),
  });

  return {
    api: app,
    async start() {
      await bus.ensureStream(callsStream);
      followed = await followBuckets({ bus, view, clock, logger });
      // What the store remembers comes first when it can; without it the view begins empty and the recorder fills it in.
      await remembered().catch((error: unknown) => logger.warn('The database does not answer yet', { error }));
      const follow = createCallsFollower({ view, seen, metrics: statusMetrics, clock });
      const record = createCallsRecorder({ view, seen, store, remembered, metrics: statusMetrics, clock, logger });
      subscriptions.push(await bus.consume(callsStream.name, readers.view, follow));
      subscriptions.push(await bus.consume(callsStream.name, readers.records, record));
      subscriptions.push(endLostCalls({ view, bus, clock, logger, lost_edge_ms: parts.lost_edge_ms }));
      subscriptions.push(keepTime({ view, store, clock, logger, retention_ms: days(parts.retention_days) }));
    },
    async stop() {
      clients.end();
      await app.close();
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
      await followed?.stop();
    },
  };
}

function days(count: number): number {
  return count * 24 * 3_600_000;
}
