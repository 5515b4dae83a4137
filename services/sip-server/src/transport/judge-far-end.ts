import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate, type TLSSocket } from 'node:tls';
import { plainFingerprint } from './tls-material.ts';
import type { TlsDestination } from './tls-settings.ts';
import { certificateFault, type TransportFailure } from './transport-failure.ts';

/** What a handshake told of the far end. */
export interface FarEnd {
  /** SHA-256 of its certificate; undefined when it showed none. */
  readonly sha256: string | undefined;
  /** OpenSSL's word on the chain; undefined when it is sound. */
  readonly chain_fault: string | undefined;
  /** Node's word on whether the certificate is for this name. */
  readonly name_fault: string | undefined;
}

/** RFC 5922 §7.1: chain and name both have to be right; a pinned certificate is right whatever it says. Pure. */
export function judgeFarEnd(
  far_end: FarEnd,
  rule: Pick<TlsDestination, 'check' | 'sha256'>,
  name: string,
): TransportFailure | undefined {
  if (rule.check === 'off') return undefined;
  const { sha256, chain_fault, name_fault } = far_end;
  if (sha256 === undefined) return refused(name, 'there is none');
  if (rule.check === 'pin') return rule.sha256.includes(sha256) ? undefined : refused(name, 'it is not the pinned one');
  const fault = chain_fault ?? name_fault;
  return fault === undefined ? undefined : refused(name, certificateFault(fault) ?? fault.toLowerCase());
}

const refused = (name: string, why: string): TransportFailure => ({
  kind: 'certificate',
  text: `Certificate of ${name} refused: ${why}`,
});

/** Reads the facts once the handshake is done. `name`: the host of the URI, a name or an address (RFC 5922 §7.2). */
export function readFarEnd(socket: TLSSocket, name: string): FarEnd {
  const certificate = peerCertificate(socket);
  if (certificate === undefined) return { sha256: undefined, chain_fault: undefined, name_fault: undefined };
  return {
    sha256: plainFingerprint(certificate),
    chain_fault: socket.authorized ? undefined : codeOf(socket.authorizationError),
    name_fault: isSipIdentity(certificate.subjectaltname, name)
      ? undefined
      : codeOf(checkServerIdentity(name, certificate)),
  };
}

/** Not by `getPeerX509Certificate`: on the side that connected, it can be asked once, and leaves nothing for others. */
export function peerCertificate(socket: TLSSocket): PeerCertificate | undefined {
  const certificate: Partial<PeerCertificate> | null = socket.getPeerCertificate();
  return certificate?.fingerprint256 === undefined ? undefined : (certificate as PeerCertificate);
}

/** RFC 5922 §7.1: `sip:` and the domain as a URI name. DNS names count as everywhere, wildcards included. */
function isSipIdentity(names: string | undefined, name: string): boolean {
  return names?.split(', ').some((one) => one.toLowerCase() === `uri:sip:${name.toLowerCase()}`) ?? false;
}

/** RFC 6066 §3: a literal address is never sent as a server name. */
export const serverName = (name: string): string => (isIP(name) === 0 ? name : '');

/** Node declares an Error and gives a string, or the other way round. */
function codeOf(fault: unknown): string | undefined {
  if (fault === undefined || fault === null) return undefined;
  if (typeof fault === 'string') return fault;
  return (fault as { readonly code?: string }).code ?? String(fault);
}
