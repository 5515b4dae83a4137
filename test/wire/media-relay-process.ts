import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';

export interface RtpengineProcess {
  readonly control: { readonly host: string; readonly port: number };
  /** Calls that it holds now, asked on its console. */
  sessions(): Promise<number>;
  stop(): Promise<void>;
}

const host = '127.0.0.1';

/** rtpengine with the project's own arguments, on free ports, with the interfaces `outside` and `inside`. */
export async function startRtpengine(): Promise<RtpengineProcess> {
  const [control, console, first] = [await freePort(host), await freePort(host), await freePort(host)];
  const lowest = Math.min(first, 60_000) & ~1;
  const program: Program = await startProgram({
    name: 'rtpengine',
    command: 'rtpengine',
    args: [
      ...projectArguments(),
      `--interface=outside/${host}`,
      `--interface=inside/${host}`,
      `--listen-ng=${host}:${control}`,
      `--listen-cli=${host}:${console}`,
      `--port-min=${lowest}`,
      `--port-max=${lowest + 400}`,
    ],
  });
  const sessions = (): Promise<number> => ask(console, 'list numsessions\n').then(countOf);
  await program.waitFor('its console', async () => (await sessions()) === 0);
  return {
    control: { host, port: control },
    sessions,
    stop: async () => void (await program.stop()),
  };
}

function projectArguments(): string[] {
  const text = readFileSync(new URL('../../infra/rtpengine/arguments.txt', import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line.startsWith('--'));
}

function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, host, () => socket.end(command));
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

function countOf(answer: string): number {
  const count = /own:\s*(\d+)/i.exec(answer)?.[1];
  if (count === undefined) throw new Error(`The console of rtpengine answers ${answer.slice(0, 200)}`);
  return Number(count);
}
