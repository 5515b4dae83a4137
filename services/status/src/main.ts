#!/usr/bin/env node
import { systemClock } from '@trunkline/runtime/clock';
import { runService } from '@trunkline/runtime/lifecycle';
import { createLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { readEnvOrExit } from '@trunkline/runtime/read-env-or-exit';
import { envSchema } from './env.ts';
import { createStatus } from './status.ts';
import { openDatabase } from './store/open-database.ts';
import { PostgresRecordStore } from './store/postgres-record-store.ts';
import { createHttpSipTraces } from './trace/http-sip-traces.ts';
import { NO_TRACES } from './trace/sip-traces.ts';

const name = 'status';
const env = readEnvOrExit(name, envSchema);
const logger = createLogger({ name, level: env.TRUNKLINE_LOG_LEVEL });
const clock = systemClock;

await runService({
  name,
  logger,
  clock,
  async start(parts) {
    const database = openDatabase(env.TRUNKLINE_STATUS_DATABASE_URL, (error) =>
      logger.warn('A connection to the database broke', { error: String(error) }),
    );
    const store = new PostgresRecordStore(database, (migrations) =>
      logger.info('The database is up to date', { migrations }),
    );
    parts.onStop('store', () => store.close());
    const bus = await connectBus({ url: env.TRUNKLINE_NATS_URL, name: `trunkline-${name}`, logger, clock, wait: true });
    parts.onStop('bus', () => bus.close());
    const metrics = createMetrics({ service: name, process: true });
    const retention_days = env.TRUNKLINE_STATUS_RETENTION_DAYS;
    const lost_edge_ms = env.TRUNKLINE_STATUS_LOST_EDGE_MS;
    const { TRUNKLINE_SIP_TRACES: servers, TRUNKLINE_SIP_TRACE_TOKEN: token } = env;
    const traces = token === undefined ? NO_TRACES : createHttpSipTraces({ servers, token, clock, logger });
    const status = await createStatus({ bus, store, traces, clock, logger, metrics, retention_days, lost_edge_ms });
    parts.onStop('status', () => status.stop());
    // Listening comes first: an address in use is told before anything is followed, and /ready says what is missing.
    await status.api.listen(env.TRUNKLINE_STATUS_LISTEN);
    await status.start();
    const { host, port } = env.TRUNKLINE_STATUS_LISTEN;
    logger.info('Answering', { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/` });
  },
});
