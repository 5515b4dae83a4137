import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';

/** The real server with the bare createB2BUA application on it, as processes. */
export interface FuzzTarget {
  readonly server: Program;
  readonly sip_port: number;
  /** A new one; who starts it stops it. */
  startApplication(): Promise<Program>;
  /** Gauges and counters of the server, by name and labels as they are printed. */
  metrics(): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
}

/** So that what is in use can be told from what has not been collected yet. */
const COLLECT_WHEN_ASKED = 'data:text/javascript,process.on("SIGUSR2",()=>gc())';
const SECRET = 'a-secret-of-this-run';

/** `callee`: where the application sends every call. */
export async function startFuzzTarget(root: string, callee: string): Promise<FuzzTarget> {
  const [sip_port, control, health] = [await freePort(), await freePort(), await freePort()];
  const server = await startProgram({
    name: 'sip-server',
    command: process.execPath,
    args: ['--expose-gc', '--import', COLLECT_WHEN_ASKED, `${root}/services/sip-server/dist/main.js`],
    env: {
      TRUNKLINE_SIP_LISTEN: `udp/127.0.0.1:${sip_port},tcp/127.0.0.1:${sip_port}`,
      TRUNKLINE_SIP_CONTROL: `127.0.0.1:${control}`,
      TRUNKLINE_SIP_SECRET: SECRET,
      TRUNKLINE_SIP_SERVER_HEALTH: `127.0.0.1:${health}`,
      TRUNKLINE_LOG_LEVEL: 'warn',
      // What one source may send is another test's business: here nothing may be dropped unread.
      TRUNKLINE_SIP_SOURCE_RATE: '1000000',
    },
  });
  await server.waitFor('readiness', async () => (await fetch(`http://127.0.0.1:${health}/ready`)).status === 200);
  return {
    server,
    sip_port,
    async startApplication() {
      const application = await startProgram({
        name: 'application',
        command: process.execPath,
        args: [`${root}/test/wire/sip-server-bridge.mjs`],
        env: { CONTROL_HOST: '127.0.0.1', CONTROL_PORT: String(control), CONTROL_SECRET: SECRET, CALLEE: callee },
      });
      await application.waitForLog(/connected/);
      return application;
    },
    metrics: async () => readMetrics(await (await fetch(`http://127.0.0.1:${health}/metrics`)).text()),
    async stop() {
      await server.stop();
    },
  };
}

function readMetrics(text: string): Record<string, number> {
  const values: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const match = /^((?:trunkline_sip|nodejs_heap_size_used)_\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (match !== null) values[`${match[1]} ${match[2] ?? ''}`] = Number(match[3]);
  }
  return values;
}

/** Sum over all labels of one metric. */
export const sumOf = (metrics: Readonly<Record<string, number>>, name: string): number =>
  Object.entries(metrics).reduce((sum, [key, value]) => (key.startsWith(`${name} `) ? sum + value : sum), 0);
