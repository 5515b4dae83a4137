import { systemClock as clock } from '@trunkline/runtime/clock';
import { randomIds as ids } from '@trunkline/runtime/ids';
import { runService } from '@trunkline/runtime/lifecycle';
import { createLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { readEnvOrExit } from '@trunkline/runtime/read-env-or-exit';
import { createSealer } from '@trunkline/runtime/seal';
import { createConfig } from './config.ts';
import { envSchema } from './env.ts';
import { createPgStore } from './store/postgres/pg-store.ts';

const name = 'config';
const env = readEnvOrExit(name, envSchema);
const logger = createLogger({ name, level: env.TRUNKLINE_LOG_LEVEL });

await runService({
  name,
  logger,
  async start({ onStop, fail }) {
    const metrics = createMetrics({ service: name, process: true });
    const bus = await connectBus({ url: env.TRUNKLINE_NATS_URL, name, logger, clock, wait: true });
    onStop('bus', () => bus.close());
    const store = createPgStore({
      url: env.DATABASE_URL,
      onIdleError: (error) => logger.warn('A database connection broke', { error: error.message }),
    });
    onStop('store', () => store.close());
    const sealer = createSealer([env.TRUNKLINE_MASTER_KEY, ...env.TRUNKLINE_OTHER_MASTER_KEYS]);
    const config = createConfig({
      store,
      bus,
      sealer,
      rate_per_s: env.TRUNKLINE_REQUESTS_PER_S,
      clock,
      ids,
      logger,
      metrics,
      bootstrap_token: env.TRUNKLINE_BOOTSTRAP_TOKEN,
      reconcile_interval_ms: env.TRUNKLINE_RECONCILE_INTERVAL_S * 1_000,
      failed: (error) => fail('The store cannot be prepared', error),
    });
    onStop('config', () => config.stop());
    const port = await config.listen(env.TRUNKLINE_CONFIG_LISTEN);
    logger.info('Listening', { host: env.TRUNKLINE_CONFIG_LISTEN.host, port });
  },
});
