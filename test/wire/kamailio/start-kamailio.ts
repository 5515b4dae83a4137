import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';

export interface Kamailio {
  readonly address: string;
  readonly port: number;
  /** Ends it, and with it all it knows, and starts it again on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Debian's Kamailio as a carrier's registrar for the user `alice`. */
export async function startKamailio(options: {
  readonly address: string;
  readonly password: string;
  readonly max_expires_s: number;
}): Promise<Kamailio> {
  const { address, password, max_expires_s } = options;
  const port = await freePort(address);
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-kamailio-'));
  const template = await readFile(fileURLToPath(new URL('registrar.cfg', import.meta.url)), 'utf8');
  const config = template
    .replace('@LISTEN@', `${address}:${port}`)
    .replace('@MAX_EXPIRES@', String(max_expires_s))
    .replace('@PASSWORD@', password);
  const file = join(folder, 'kamailio.cfg');
  await writeFile(file, config);
  const start = async (): Promise<Program> => {
    const args = ['-f', file, '-DD', '-E', '-Y', folder, '-w', folder, '-m', '32', '-M', '8', '-n', '1'];
    const program = await startProgram({ name: 'kamailio', command: 'kamailio', args });
    await program.waitForLog(/Listening on/);
    return program;
  };
  let program = await start();
  return {
    address,
    port,
    async restart() {
      await program.stop();
      program = await start();
    },
    async stop() {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
