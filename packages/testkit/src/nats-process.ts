import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, startProgram } from './child-process.ts';
import { freePort } from './free-port.ts';

/** A real nats-server with JetStream on a free loopback port, its data in a directory of its own. */
export interface NatsProcess {
  readonly url: string;
  readonly program: Program;
  /** SIGKILL; returns when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again, on the same port, with the data it left. */
  restart(): Promise<void>;
  /** Only while it does not run. */
  loseData(): Promise<void>;
  /** Stops it and removes its data. */
  close(): Promise<void>;
}

export async function startNats(): Promise<NatsProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'trunkline-nats-'));
  const port = await freePort();
  const data = join(directory, 'data');
  const start = async (): Promise<Program> => {
    const started = await startProgram({
      name: 'nats-server',
      command: 'nats-server',
      args: ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', data],
    });
    await started.waitForLog(/Server is ready/);
    return started;
  };
  let program = await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    get program() {
      return program;
    },
    async kill() {
      program.kill('SIGKILL');
      await program.waitForExit();
    },
    async restart() {
      if (program.exit === undefined) await program.stop();
      program = await start();
    },
    loseData: () => rm(data, { recursive: true, force: true }),
    async close() {
      await program.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
