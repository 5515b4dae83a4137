import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Program, startProgram } from './child-process.ts';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait-until.ts';

/** A real PostgreSQL of a test's own, on a free loopback port, its data in a temporary directory. */
export interface PrivatePostgres {
  readonly program: Program;
  /** Makes an empty database and answers its address. */
  createDatabase(name: string): Promise<string>;
  /** Everything that is in a database, as SQL. */
  dump(database: string): Promise<string>;
  /** Puts a dump in the place of a database; whoever is connected with it is thrown out. */
  restore(database: string, dump: string): Promise<void>;
  /** SIGKILL of the server and what it started; returns when it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the data it left, and returns when it takes connections. */
  restart(): Promise<void>;
  /** Stops it and removes its data. */
  close(): Promise<void>;
}

export interface PrivatePostgresOptions {
  /** Whether a commit waits for the disk: for measurements. What a killed process has written is with the kernel without that. */
  readonly durable?: boolean;
}

const run = promisify(execFile);
const owner = 'trunkline';
const commandDeadline_ms = 60_000;
const maxDump_bytes = 64 * 1024 * 1024;
/** The last checkpoint takes its time on a machine that does other things too. */
const stopDeadline_ms = 60_000;
const readyDeadline_ms = 60_000;
const debianFolder = '/usr/lib/postgresql';

/** PostgreSQL refuses to run as root: root lends it the user that Debian's package makes. */
export async function startPrivatePostgres(options: PrivatePostgresOptions = {}): Promise<PrivatePostgres> {
  const binaries = await findBinaries();
  const as =
    process.getuid?.() === 0 ? ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'] : [];
  const directory = await mkdtemp(join(tmpdir(), 'trunkline-postgres-'));
  if (as.length > 0) await giveTo('postgres', directory);
  const data = join(directory, 'data');
  const port = await freePort();
  const command = (program: string, args: readonly string[]): [string, string[]] => {
    const [first = '', ...rest] = [...as, join(binaries, program), ...args];
    return [first, rest];
  };
  const initialise = ['-D', data, '-U', owner, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  await run(...command('initdb', initialise), { cwd: directory, timeout: commandDeadline_ms });

  const start = async (): Promise<Program> => {
    const where = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
    const settings = [...where, 'max_connections=50', `fsync=${options.durable === true ? 'on' : 'off'}`];
    const [first, args] = command('postgres', ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]);
    const program = await startProgram({ name: 'postgres', command: first, args, cwd: directory });
    const isReady = () =>
      run(join(binaries, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).then(() => true);
    await program.waitFor('connections', () => isReady().catch(() => false), readyDeadline_ms);
    return program;
  };
  let program = await start();
  const psql = (database: string, ...args: string[]) => {
    const connection = ['-h', '127.0.0.1', '-p', String(port), '-U', owner, '-d', database];
    return run(join(binaries, 'psql'), ['-X', '-q', ...connection, ...args], { timeout: commandDeadline_ms });
  };
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    program.kill(signal);
    await program.waitForExit(stopDeadline_ms);
  };
  return {
    get program() {
      return program;
    },
    async createDatabase(name) {
      await psql('postgres', '-c', `CREATE DATABASE "${name}"`);
      return `postgresql://${owner}@127.0.0.1:${port}/${name}`;
    },
    async dump(database) {
      const options = { timeout: commandDeadline_ms, maxBuffer: maxDump_bytes };
      return (await run(join(binaries, 'pg_dump'), ['-d', database], options)).stdout;
    },
    async restore(database, dump) {
      const name = new URL(database).pathname.slice(1);
      const file = join(directory, 'dump.sql');
      await writeFile(file, dump);
      await psql('postgres', '-c', `DROP DATABASE "${name}" WITH (FORCE)`);
      await psql('postgres', '-c', `CREATE DATABASE "${name}"`);
      await psql(name, '-1', '-v', 'ON_ERROR_STOP=1', '-f', file);
    },
    kill: () => stop('SIGKILL'),
    async restart() {
      // The fast shutdown: sessions are ended, what is committed is kept.
      if (program.exit === undefined) await stop('SIGINT');
      // After SIGKILL the server's children hold its memory until they notice.
      program = await waitUntil(start, { what: 'PostgreSQL to start again', deadline_ms: readyDeadline_ms });
    },
    async close() {
      if (program.exit === undefined) await stop('SIGINT');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The newest that Debian has installed, else whatever is on the path. */
async function findBinaries(): Promise<string> {
  const versions = await readdir(debianFolder).catch(() => []);
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? '' : join(debianFolder, newest, 'bin');
}

async function giveTo(user: string, directory: string): Promise<void> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (what) => Number((await run('id', [what, user])).stdout)),
  );
  if (uid === undefined || gid === undefined) throw new Error(`There is no user ${user}`);
  await chown(directory, uid, gid);
}
