import { readFileSync } from 'node:fs';
import { createNgControl } from '@trunkline/edge/rtpengine/ng-control';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { askRtpengine, rtpengineSessions } from '@trunkline/testkit/rtpengine-console';

export interface RtpengineProcess {
  readonly control: { readonly host: string; readonly port: number };
  /** Calls that it holds now, asked on its console. */
  sessions(): Promise<number>;
  /** A command to its console, and what it says. */
  console(command: string): Promise<string>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const host = '127.0.0.1';

export interface RtpengineOptions {
  /** `name/address`; both networks on 127.0.0.1 when absent. */
  readonly interfaces?: readonly string[];
  readonly args?: readonly string[];
  /** Control port of one that ran before. */
  readonly control?: number;
}

/** rtpengine with the project's own arguments, on free ports, with the interfaces `outside` and `inside`. */
export async function startRtpengine(options: RtpengineOptions = {}): Promise<RtpengineProcess> {
  const { interfaces = [`outside/${host}`, `inside/${host}`], args = [] } = options;
  const [free, console, first] = [await freePort(host), await freePort(host), await freePort(host)];
  const control = options.control ?? free;
  const lowest = Math.min(first, 60_000) & ~1;
  const program: Program = await startProgram({
    name: 'rtpengine',
    command: 'rtpengine',
    args: [
      ...projectArguments(),
      ...interfaces.map((place) => `--interface=${place}`),
      `--listen-ng=${host}:${control}`,
      `--listen-cli=${host}:${console}`,
      `--port-min=${lowest}`,
      `--port-max=${lowest + 400}`,
      ...args,
    ],
  });
  const sessions = (): Promise<number> => rtpengineSessions({ host, port: console });
  await program.waitFor('its console', async () => (await sessions()) === 0);
  // Commands have short deadlines: on a busy machine the first one may come before rtpengine reads any.
  const ng = createNgControl({ host, port: control });
  await program.waitFor('its control port', async () => (await ng.send('ping', {})).ok, 30_000);
  ng.close();
  return {
    control: { host, port: control },
    sessions,
    console: (command) => askRtpengine({ host, port: console }, command),
    async kill() {
      program.kill('SIGKILL');
      await program.waitForExit();
    },
    stop: async () => void (await program.stop()),
  };
}

function projectArguments(): string[] {
  const text = readFileSync(new URL('../../infra/rtpengine/arguments.txt', import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line.startsWith('--'));
}
