import { createHash } from 'node:crypto';
import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { Fault } from '../fault.ts';

/** PostgreSQL refuses to run as root; Debian's package makes this user. */
const account = 'postgres';

export interface PostgresHome {
  /** Absent: as the user that we are. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Belongs to that user, who can reach it. */
  readonly folder: string;
}

/** User and group number of an account, from the text of /etc/passwd. */
export function accountIn(passwd: string, name: string): { uid: number; gid: number } | undefined {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([login]) => login === name);
  return fields === undefined ? undefined : { uid: Number(fields[2]), gid: Number(fields[3]) };
}

async function canEnter(folder: string, user: { uid: number; gid: number }): Promise<boolean> {
  const probe = await execa('test', ['-x', folder], { ...user, cwd: '/', reject: false, timeout: 5_000 });
  return probe.exitCode === 0;
}

/**
 * Where the private instance lives, made when it is not there. Below `dir`, except for root when the other user cannot get
 * there (a project below /root): then below /var/lib/trunkline, in a folder of this `dir`'s own.
 */
export async function postgresHome(dir: string): Promise<PostgresHome> {
  const wanted = join(dir, 'postgres');
  if (process.getuid?.() !== 0) {
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    return { folder: wanted };
  }
  const user = accountIn(readFileSync('/etc/passwd', 'utf8'), account);
  if (user === undefined) throw new Fault(`PostgreSQL cannot run as root and the user ${account} does not exist.`);
  mkdirSync(dir, { recursive: true });
  const mark = createHash('sha256').update(dir).digest('hex').slice(0, 12);
  const folder = (await canEnter(dir, user)) ? wanted : join('/var/lib/trunkline', mark, 'postgres');
  mkdirSync(folder, { recursive: true });
  chownSync(folder, user.uid, user.gid);
  return { user, folder };
}
