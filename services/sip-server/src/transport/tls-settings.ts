/** How the certificate of a far end is judged: by chain and name (RFC 5922 §7), by its fingerprint alone, or not at all. */
export const farEndChecks = ['verify', 'pin', 'off'] as const;
export type FarEndCheck = (typeof farEndChecks)[number];

/** What holds for one far end that we open connections to, instead of what holds for all. */
export interface TlsDestination {
  /** Host name or address as the URI has it, in lower case; with `:port` for one port only. */
  readonly destination: string;
  readonly check: FarEndCheck;
  /** For `pin`: SHA-256 of the whole certificate (DER), 64 hexadecimal digits in lower case. */
  readonly sha256: readonly string[];
  /** Name to ask for (SNI) and to look for in the certificate, where it is not the host of the URI. */
  readonly server_name?: string | undefined;
  /** Authorities that may vouch for it, PEM, instead of the public ones. */
  readonly ca_file?: string | undefined;
  /** What we show when we are asked who we are, PEM. */
  readonly certificate_file?: string | undefined;
  readonly key_file?: string | undefined;
}

/** Certificates, keys and rules of all TLS connections. Paths name PEM files, which are read again when they change. */
export interface TlsSettings {
  readonly certificate_file: string;
  readonly key_file: string;
  /** Further authorities for far ends, beside the public ones. */
  readonly ca_file?: string | undefined;
  /** The authorities whose clients a listener lets in that asks for certificates. */
  readonly client_ca_file?: string | undefined;
  readonly destinations: readonly TlsDestination[];
}

const EVERYBODY: TlsDestination = { destination: '', check: 'verify', sha256: [] };

/** The rule for a far end: that of host and port, else that of the host, else verification against the public authorities. */
export function destinationRule(destinations: readonly TlsDestination[], host: string, port: number): TlsDestination {
  const name = host.toLowerCase();
  const exact = name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
  return (
    destinations.find(({ destination }) => destination === exact) ??
    destinations.find(({ destination }) => destination === name) ??
    EVERYBODY
  );
}
