import { readFileSync } from 'node:fs';
import { systemClock } from '@trunkline/runtime/clock';
import { createHealth, serveHealth } from '@trunkline/runtime/health';
import { randomIds } from '@trunkline/runtime/ids';
import { runService } from '@trunkline/runtime/lifecycle';
import { createLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { readEnvOrExit } from '@trunkline/runtime/read-env-or-exit';
import { envSchema, tlsSettings } from './env.ts';
import { HepSender } from './hep/hep-sender.ts';
import { createSipServer } from './sip-server.ts';
import { createTlsEvents } from './tls-metrics.ts';
import { LegLinks } from './trace/leg-links.ts';
import { MessageTrace } from './trace/message-trace.ts';
import { declareTraceGauges, hepCounter } from './trace/trace-metrics.ts';
import { tracePage } from './trace/trace-page.ts';
import { createWatch } from './trace/watch.ts';
import { tlsFiles } from './transport/tls-material.ts';
import { TlsStore } from './transport/tls-store.ts';
import { watchFiles } from './transport/watch-files.ts';

const name = 'sip-server';
const env = readEnvOrExit(name, envSchema);
const logger = createLogger({ name, level: env.TRUNKLINE_LOG_LEVEL });
const metrics = createMetrics({ service: name, process: true });

await runService({
  name,
  logger,
  async start(parts) {
    const settings = tlsSettings(env);
    const tlsEvents = createTlsEvents(metrics);
    const store =
      settings === undefined
        ? undefined
        : new TlsStore(settings, { readFile: (path) => readFileSync(path), logger, events: tlsEvents });
    const most_bytes = Math.round(env.TRUNKLINE_SIP_TRACE_MB * 1_048_576);
    const trace = new MessageTrace({ clock: systemClock, most_bytes, defer: setImmediate });
    const links = new LegLinks();
    declareTraceGauges(metrics, trace);
    const hep = createHep();
    if (hep !== undefined) parts.onStop('HEP', () => hep.close());
    const server = createSipServer({
      watch: createWatch({ trace, links, hep }),
      ...(store === undefined ? {} : { tls: { store, events: tlsEvents } }),
      listen: env.TRUNKLINE_SIP_LISTEN,
      control: env.TRUNKLINE_SIP_CONTROL,
      secret: env.TRUNKLINE_SIP_SECRET,
      dns_servers: env.TRUNKLINE_DNS_SERVERS,
      timers: { t1_ms: env.TRUNKLINE_SIP_T1_MS, t2_ms: env.TRUNKLINE_SIP_T2_MS, t4_ms: env.TRUNKLINE_SIP_T4_MS },
      udp_limit_bytes: env.TRUNKLINE_SIP_UDP_LIMIT_BYTES,
      clock: systemClock,
      ids: randomIds,
      source_rate_per_s: env.TRUNKLINE_SIP_SOURCE_RATE,
      scanners: env.TRUNKLINE_SIP_SCANNERS,
      logger,
      metrics,
      defer: setImmediate,
    });
    parts.onStop('SIP server', () => server.stop());
    await server.start();
    if (settings !== undefined && store !== undefined) {
      const watching = watchFiles(tlsFiles(settings), systemClock, () => store.reload());
      parts.onStop('certificate watch', () => watching.close());
    }
    // Without TLS there is nothing to read again, and the signal must not end the process either.
    process.on('SIGHUP', () => store?.reload());
    const health = createHealth({ checks: [], metrics, clock: systemClock });
    const more = tracePage({ trace, links, token: env.TRUNKLINE_SIP_TRACE_TOKEN });
    const page = await serveHealth(env.TRUNKLINE_SIP_SERVER_HEALTH, health, more);
    parts.onStop('health page', () => page.close());
  },
});

function createHep(): HepSender | undefined {
  const collector = env.TRUNKLINE_SIP_HEP;
  if (collector === undefined) return undefined;
  const settings = { collector, agent_id: env.TRUNKLINE_SIP_HEP_ID, password: env.TRUNKLINE_SIP_HEP_PASSWORD };
  return new HepSender(settings, { clock: systemClock, counted: hepCounter(metrics) });
}
