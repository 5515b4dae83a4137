import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { SIPP_BUFFER, type Sipp, startSipp } from './sipp.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** All of it stays on this machine. */
const address = '127.0.0.1';

/** The SIP server as a process of its own, a bare application on top of it, and SIPp as whom it calls. */
export interface SipServerParts {
  readonly server: Program;
  readonly application: Program;
  readonly callee: Sipp;
  readonly sip: string;
  /** The Prometheus text of the server. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

export interface SipServerPartsOptions {
  /** For what SIPp writes. */
  readonly folder: string;
  /** The server's main.js; that of this tree when absent. Another one is for comparisons. */
  readonly main?: string | undefined;
  /** `PROBE` and `PROBE_FILE` of apps/probe.cjs. */
  readonly probe?: { readonly what: 'profile' | 'memory'; readonly file: string } | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

export const scenario = (name: string): string => join(root, 'loadtest/scenarios', `${name}.xml`);

export async function startSipServerParts(options: SipServerPartsOptions): Promise<SipServerParts> {
  const { folder, probe } = options;
  const [sip, control, health] = [await freePort(address), await freePort(address), await freePort(address)];
  const secret = 'a-secret-of-this-run';
  const server = await startProgram({
    name: 'sip-server',
    command: process.execPath,
    args: [options.main ?? join(root, 'services/sip-server/dist/main.js')],
    env: {
      TRUNKLINE_SIP_LISTEN: `udp/${address}:${sip},tcp/${address}:${sip}`,
      TRUNKLINE_SIP_CONTROL: `${address}:${control}`,
      TRUNKLINE_SIP_SECRET: secret,
      TRUNKLINE_SIP_SERVER_HEALTH: `${address}:${health}`,
      // Both SIPps have the same address.
      TRUNKLINE_SIP_SOURCE_RATE: '100000',
      TRUNKLINE_LOG_LEVEL: 'warn',
      ...(probe === undefined ? {} : probeEnv(probe)),
      ...options.env,
    },
  });
  const page = `http://${address}:${health}`;
  await server.waitFor('readiness', async () => (await fetch(`${page}/ready`)).status === 200);
  const callee = await startSipp({ name: 'callee', scenario: scenario('agent'), address, folder, args: SIPP_BUFFER });
  const application = await startProgram({
    name: 'application',
    command: process.execPath,
    args: [join(root, 'loadtest/apps/bare-b2bua.mjs')],
    env: {
      CONTROL_HOST: address,
      CONTROL_PORT: String(control),
      CONTROL_SECRET: secret,
      CALLEE: `sip:callee@${address}:${callee.port}`,
    },
  });
  await application.waitForLog(/connected/);
  return {
    server,
    application,
    callee,
    sip: `${address}:${sip}`,
    metrics: async () => (await fetch(`${page}/metrics`)).text(),
    async stop() {
      for (const program of [callee.program, application, server]) await program.stop();
    },
  };
}

const probeEnv = ({ what, file }: NonNullable<SipServerPartsOptions['probe']>): Record<string, string> => ({
  NODE_OPTIONS: `--require ${join(root, 'loadtest/apps/probe.cjs')}`,
  PROBE: what,
  PROBE_FILE: file,
});
