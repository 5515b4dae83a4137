import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { TlsDestination, TlsSettings } from './tls-settings.ts';

/** RFC 8446, RFC 5246; RFC 8996 forbids what came before. */
export const MIN_VERSION = 'TLSv1.2';

/** Everything that the files held when they were read, ready for use. Never changed: a reload makes another one. */
export interface TlsMaterial {
  /** For listeners: our certificate, and who may vouch for clients. */
  readonly server: SecureContextOptions;
  /** For connections that we open where no destination has files of its own. */
  readonly client: SecureContext;
  readonly destinations: ReadonlyMap<TlsDestination, SecureContext>;
  readonly certificates: readonly CertificateFacts[];
  /** Changes exactly when one of the files does. */
  readonly fingerprint: string;
}

/** For metrics and logs; nothing secret. */
export interface CertificateFacts {
  readonly file: string;
  readonly sha256: string;
  readonly valid_to_ms: number;
}

export type ReadFile = (path: string) => Buffer;

/** Reads and checks every file. Throws one sentence when one is missing, is no PEM, or a key does not fit its certificate. */
export function readTlsMaterial(settings: TlsSettings, readFile: ReadFile): TlsMaterial {
  const texts = new Map<string, Buffer>();
  const read = (path: string): Buffer => {
    const known = texts.get(path);
    if (known !== undefined) return known;
    const text = named(path, () => readFile(path));
    texts.set(path, text);
    return text;
  };
  const certificates: CertificateFacts[] = [];
  const pair = (certificate_file: string, key_file: string): { cert: Buffer; key: Buffer } => {
    const cert = read(certificate_file);
    const key = read(key_file);
    const leaf = named(certificate_file, () => new X509Certificate(cert));
    const secret = named(key_file, () => createPrivateKey(key));
    if (!leaf.checkPrivateKey(secret)) throw new Error(`${key_file} is not the key of ${certificate_file}`);
    const facts = { file: certificate_file, sha256: plainFingerprint(leaf), valid_to_ms: Date.parse(leaf.validTo) };
    if (!certificates.some(({ file }) => file === certificate_file)) certificates.push(facts);
    return { cert, key };
  };
  const { ca_file, client_ca_file } = settings;
  const public_ca = [...rootCertificates, ...(ca_file === undefined ? [] : [read(ca_file)])];
  const server: SecureContextOptions = {
    minVersion: MIN_VERSION,
    ...pair(settings.certificate_file, settings.key_file),
    ...(client_ca_file === undefined ? {} : { ca: read(client_ca_file) }),
  };
  const client = createSecureContext({ minVersion: MIN_VERSION, ca: public_ca });
  const destinations = new Map<TlsDestination, SecureContext>();
  for (const rule of settings.destinations) {
    if (rule.ca_file === undefined && rule.certificate_file === undefined) continue;
    const own = rule.certificate_file === undefined ? {} : pair(rule.certificate_file, rule.key_file ?? '');
    const ca = rule.ca_file === undefined ? public_ca : read(rule.ca_file);
    destinations.set(rule, createSecureContext({ minVersion: MIN_VERSION, ca, ...own }));
  }
  // A listener's context is made from the options by the listener; what is wrong with them has to show here.
  named(settings.certificate_file, () => createSecureContext(server));
  return { server, client, destinations, certificates, fingerprint: fingerprintOf(texts) };
}

/** All files that the material comes from. */
export function tlsFiles(settings: TlsSettings): readonly string[] {
  const { certificate_file, key_file, ca_file, client_ca_file, destinations } = settings;
  const more = destinations.flatMap((rule) => [rule.ca_file, rule.certificate_file, rule.key_file]);
  const all = [certificate_file, key_file, ca_file, client_ca_file, ...more];
  return [...new Set(all.filter((path) => path !== undefined))];
}

export const plainFingerprint = (certificate: { readonly fingerprint256: string }): string =>
  certificate.fingerprint256.replaceAll(':', '').toLowerCase();

function fingerprintOf(texts: ReadonlyMap<string, Buffer>): string {
  return [...texts].map(([path, text]) => `${path} ${createHash('sha256').update(text).digest('hex')}`).join('\n');
}

/** An error about a file names the file, and nothing of what is in it. */
function named<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const { code } = error as { readonly code?: string };
    throw new Error(`${path} cannot be used: ${code ?? 'it is not PEM'}`);
  }
}
