import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of PEM files. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateWish {
  /** As openssl writes them: `DNS:sip.example`, `IP:127.0.0.1`. */
  readonly names: readonly string[];
  /** Negative: it has expired. */
  readonly days?: number;
}

/** An authority of a test's own, in a folder of its own. Needs the program `openssl`. */
export interface TestAuthority {
  readonly folder: string;
  readonly certificate: string;
  issue(name: string, wish: CertificateWish): CertificateFiles;
  /** Puts `from` where `to` is, each file at once, as a program that renews certificates does. */
  replace(to: CertificateFiles, from: CertificateFiles): void;
  remove(): void;
}

const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'] as const;

export function createTestAuthority(common_name = 'Test authority'): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-certificates-'));
  const at = (name: string, kind: string): string => join(folder, `${name}.${kind}`);
  const subject = ['-subj', `/CN=${common_name}`];
  openssl('req', '-x509', ...newKey, '-days', '30', ...subject, '-keyout', at('ca', 'key'), '-out', at('ca', 'pem'));
  return {
    folder,
    certificate: at('ca', 'pem'),
    issue(name, { names, days = 30 }) {
      const files = { certificate: at(name, 'pem'), key: at(name, 'key') };
      const asked = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names.join(',')}`];
      openssl('req', ...newKey, ...asked, '-keyout', files.key, '-out', at(name, 'csr'));
      const signer = ['-CA', at('ca', 'pem'), '-CAkey', at('ca', 'key'), '-CAcreateserial', '-copy_extensions', 'copy'];
      openssl('x509', '-req', '-in', at(name, 'csr'), ...signer, '-days', String(days), '-out', files.certificate);
      return files;
    },
    replace(to, from) {
      for (const kind of ['certificate', 'key'] as const) {
        copyFileSync(from[kind], `${to[kind]}.new`);
        renameSync(`${to[kind]}.new`, to[kind]);
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
