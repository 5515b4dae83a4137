import { systemClock } from '@trunkline/runtime/clock';
import { createHealth, serveHealth } from '@trunkline/runtime/health';
import { randomIds } from '@trunkline/runtime/ids';
import { runService } from '@trunkline/runtime/lifecycle';
import { createLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { readEnvOrExit } from '@trunkline/runtime/read-env-or-exit';
import { envSchema } from './env.ts';
import { createSipServer } from './sip-server.ts';

const name = 'sip-server';
const env = readEnvOrExit(name, envSchema);
const logger = createLogger({ name, level: env.TRUNKLINE_LOG_LEVEL });
const metrics = createMetrics({ service: name, process: true });

await runService({
  name,
  logger,
  async start(parts) {
    const server = createSipServer({
      listen: env.TRUNKLINE_SIP_LISTEN,
      control: env.TRUNKLINE_SIP_CONTROL,
      secret: env.TRUNKLINE_SIP_SECRET,
      timers: { t1_ms: env.TRUNKLINE_SIP_T1_MS, t2_ms: env.TRUNKLINE_SIP_T2_MS, t4_ms: env.TRUNKLINE_SIP_T4_MS },
      clock: systemClock,
      ids: randomIds,
      logger,
      metrics,
      defer: setImmediate,
    });
    parts.onStop('SIP server', () => server.stop());
    await server.start();
    const health = createHealth({ checks: [], metrics, clock: systemClock });
    const page = await serveHealth(env.TRUNKLINE_SIP_SERVER_HEALTH, health);
    parts.onStop('health page', () => page.close());
  },
});
