/** Why a connection could not be had, or was lost. */
export interface TransportFailure {
  /** `certificate`: what the far end showed was refused; there was no request to it. */
  readonly kind: 'certificate' | 'tls' | 'connection';
  /** One ASCII sentence without quotes, fit for a status line, a Warning and a log. */
  readonly text: string;
}

/** What OpenSSL and Node call the faults of certificates, for people. */
const CERTIFICATE_FAULTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  CERT_REVOKED: 'it was revoked',
  CERT_UNTRUSTED: 'its authority is not trusted',
  CERT_REJECTED: 'its authority is not trusted for this',
  CERT_SIGNATURE_FAILURE: 'its signature is wrong',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
  INVALID_PURPOSE: 'it is not for servers',
};

/** `undefined` when the code is about something else than a certificate. */
export const certificateFault = (code: string): string | undefined => CERTIFICATE_FAULTS[code];

const CONNECTION_FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset',
  EPIPE: 'Connection reset',
  EHOSTUNREACH: 'Host unreachable',
  ENETUNREACH: 'Network unreachable',
  ETIMEDOUT: 'Connection timed out',
};

/** The alert by which the far end refused us, RFC 8446 §6: `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED`. */
const ALERT = /^ERR_SSL_(?:SSL\/TLS|SSLV3|TLSV1|TLSV13)?_?ALERT_(\w+)$/;

export function connectionFailure(error: Error, far_end: string): TransportFailure {
  const { code = '' } = error as { readonly code?: string };
  const known = CONNECTION_FAULTS[code];
  if (known !== undefined) return { kind: 'connection', text: `${known} by ${far_end}` };
  const alert = ALERT.exec(code)?.[1];
  if (alert !== undefined) return { kind: 'tls', text: `TLS refused by ${far_end}: ${words(alert)}` };
  if (code.startsWith('ERR_SSL_')) return { kind: 'tls', text: `TLS failed with ${far_end}: ${words(code.slice(8))}` };
  return { kind: 'connection', text: `No connection to ${far_end}` };
}

const words = (code: string): string => code.toLowerCase().replaceAll('_', ' ');
