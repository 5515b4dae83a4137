import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NatsUser, natsUsers } from '@trunkline/contracts/nats-access';
import type { Ids } from '@trunkline/runtime/ids';
import { toolPath } from './tool-path.ts';

/** Paths of files of mode 0600; the values go to processes by path, never on a command line. */
export interface SecretFiles {
  readonly sipSecret: string;
  /** For who may read the SIP server's traces. */
  readonly sipTraceToken: string;
  readonly masterKey: string;
  readonly bootstrapToken: string;
  readonly databasePassword: string;
  readonly natsPasswords: Readonly<Record<NatsUser, string>>;
  /** PEM: self-signed, for the addresses of this machine that the stack listens on. */
  readonly sipCertificate: string;
  readonly sipKey: string;
}

function keep(path: string, make: () => string): string {
  try {
    writeFileSync(path, `${make()}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return path;
}

const certificateDays = 825;

/** A certificate needs a program: Node can read them, and cannot make them. What is there stays, also what a person put there. */
function keepCertificate(folder: string): { readonly sipCertificate: string; readonly sipKey: string } {
  const files = { sipCertificate: join(folder, 'sip-certificate.pem'), sipKey: join(folder, 'sip-key.pem') };
  if (existsSync(files.sipCertificate) && existsSync(files.sipKey)) return files;
  const made = `${files.sipKey}.new`;
  // openssl would make them readable for all.
  for (const path of [made, files.sipCertificate]) writeFileSync(path, '', { mode: 0o600 });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', made];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1'];
  const request = ['req', '-x509', ...key, ...names, '-days', String(certificateDays), '-out', files.sipCertificate];
  execFileSync(toolPath('openssl'), request, { stdio: 'pipe' });
  renameSync(made, files.sipKey);
  return files;
}

/** Makes what is not there yet; what is there stays. */
export function keepSecrets(folder: string, ids: Ids): SecretFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    sipSecret: keep(join(folder, 'sip-secret'), () => ids.hex(24)),
    sipTraceToken: keep(join(folder, 'sip-trace-token'), () => ids.hex(24)),
    masterKey: keep(join(folder, 'master-key'), () => ids.hex(32)),
    bootstrapToken: keep(join(folder, 'bootstrap-token'), () => `tl_${ids.hex(24)}`),
    databasePassword: keep(join(folder, 'database-password'), () => ids.hex(24)),
    natsPasswords: Object.fromEntries(
      // nats-server reads them from its environment, where what begins with a digit is a number to it.
      natsUsers.map((user) => [user, keep(join(folder, `nats-${user}-password`), () => `np_${ids.hex(24)}`)]),
    ) as Record<NatsUser, string>,
    ...keepCertificate(folder),
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
