import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ids } from '@trunkline/runtime/ids';

/** Paths of files of mode 0600; the values go to processes by path, never on a command line. */
export interface SecretFiles {
  readonly sipSecret: string;
  readonly masterKey: string;
  readonly bootstrapToken: string;
  readonly databasePassword: string;
}

function keep(path: string, make: () => string): string {
  try {
    writeFileSync(path, `${make()}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return path;
}

/** Makes what is not there yet; what is there stays. */
export function keepSecrets(folder: string, ids: Ids): SecretFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    sipSecret: keep(join(folder, 'sip-secret'), () => ids.hex(24)),
    masterKey: keep(join(folder, 'master-key'), () => ids.hex(32)),
    bootstrapToken: keep(join(folder, 'bootstrap-token'), () => `tl_${ids.hex(24)}`),
    databasePassword: keep(join(folder, 'database-password'), () => ids.hex(24)),
  };
}

export function readSecret(path: string): string {
  return readFileSync(path, 'utf8').trim();
}

/** True the first time it is asked for this secret: what is shown to people is shown once. */
export function toBeShown(path: string): boolean {
  try {
    writeFileSync(`${path}.shown`, '', { mode: 0o600, flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
