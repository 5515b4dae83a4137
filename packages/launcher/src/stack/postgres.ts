import { chownSync, copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatHostPort, type HostPort } from '@trunkline/runtime/env-fields';
import { execa } from 'execa';
import { Fault } from '../fault.ts';
import { findTool } from '../install/find-tool.ts';
import type { Layout } from './layout.ts';
import { type PostgresHome, postgresHome } from './postgres-user.ts';
import type { ProcessSpec } from './process.ts';
import { readSecret } from './secrets.ts';
import { toolPath } from './tool-path.ts';

const initDeadline_ms = 60_000;
const commandDeadline_ms = 10_000;
const owner = 'trunkline';

export const databases = { config: 'trunkline_config', status: 'trunkline_status' } as const;

export interface PostgresParts {
  readonly layout: Layout;
  readonly listen: HostPort;
  readonly passwordFile: string;
}

function binariesFor(data: string): string {
  const newest = dirname(toolPath('initdb'));
  const versionFile = join(data, 'PG_VERSION');
  if (!existsSync(versionFile)) return newest;
  const version = readFileSync(versionFile, 'utf8').trim();
  const same = findTool({ tool: 'postgres', folders: [`/usr/lib/postgresql/${version}/bin`] }, '');
  if (same !== undefined) return dirname(same);
  if (newest.includes(`/postgresql/${version}/`) || !newest.includes('/postgresql/')) return newest;
  throw new Fault(`${data} was made by PostgreSQL ${version}, which is not installed: install postgresql-${version}.`);
}

/** Makes the instance aside and then moves it into place, so that one that was interrupted is never used. */
async function initialise(home: PostgresHome, data: string, binaries: string, passwordFile: string): Promise<void> {
  const unfinished = `${data}.new`;
  const password = join(home.folder, 'password');
  rmSync(unfinished, { recursive: true, force: true });
  copyFileSync(passwordFile, password);
  if (home.user) chownSync(password, home.user.uid, home.user.gid);
  const args = ['-D', unfinished, '-U', owner, '-A', 'scram-sha-256', `--pwfile=${password}`];
  const made = await execa(join(binaries, 'initdb'), [...args, '-E', 'UTF8', '--locale=C.UTF-8'], {
    ...home.user,
    cwd: home.folder,
    env: { LC_ALL: 'C.UTF-8' },
    reject: false,
    timeout: initDeadline_ms,
    all: true,
  });
  rmSync(password, { force: true });
  if (made.exitCode !== 0) {
    throw new Fault(
      'PostgreSQL could not make its data folder.',
      (made.all ?? made.message ?? '').split('\n').slice(-8),
    );
  }
  renameSync(unfinished, data);
}

/** A private instance with its data in the stack's folder, kept between runs; made when it is not there. */
export async function postgres({ layout, listen, passwordFile }: PostgresParts): Promise<ProcessSpec> {
  const home = await postgresHome(layout.dir);
  const data = join(home.folder, 'data');
  const binaries = binariesFor(data);
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(home, data, binaries, passwordFile);
  writeFileSync(join(data, 'postgresql.conf'), readFileSync(join(layout.root, 'infra/postgres/postgresql.conf')));
  return {
    name: 'postgresql',
    command: join(binaries, 'postgres'),
    args: ['-D', data, '-c', `listen_addresses=${listen.host}`, '-c', `port=${listen.port}`],
    env: { LC_ALL: 'C.UTF-8' },
    folder: home.folder,
    ...(home.user && { user: home.user }),
    log: layout.log('postgresql'),
    // The fast shutdown: sessions are ended, what is committed is kept.
    stop_signal: 'SIGINT',
    stop_deadline_ms: 20_000,
    ready: async () => {
      const args = ['-h', listen.host, '-p', String(listen.port), '-q'];
      const probe = await execa(join(binaries, 'pg_isready'), args, { reject: false, timeout: commandDeadline_ms });
      return probe.exitCode === 0 ? undefined : 'it takes no connections yet';
    },
    ready_deadline_ms: 60_000,
  };
}

export function databaseUrl(name: string, { listen, passwordFile }: PostgresParts): string {
  return `postgresql://${owner}:${readSecret(passwordFile)}@${formatHostPort(listen)}/${name}`;
}

/** Makes the databases that are not there yet; the instance has to be up. */
export async function createDatabases(parts: PostgresParts): Promise<void> {
  const psql = join(dirname(toolPath('initdb')), 'psql');
  const sql = Object.values(databases)
    .map(
      (name) =>
        `SELECT 'CREATE DATABASE ${name}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${name}')\\gexec`,
    )
    .join('\n');
  const connection = ['-h', parts.listen.host, '-p', String(parts.listen.port), '-U', owner, '-d', 'postgres'];
  const run = await execa(psql, ['-X', '-q', '-v', 'ON_ERROR_STOP=1', ...connection], {
    input: `${sql}\n`,
    env: { PGPASSWORD: readSecret(parts.passwordFile) },
    reject: false,
    timeout: commandDeadline_ms,
  });
  if (run.exitCode !== 0) throw new Fault('The databases could not be made.', run.stderr.split('\n').slice(-5));
}
