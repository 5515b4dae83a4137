import { createSrtp, masterLength, type Srtp, type SrtpSuite, srtpSuites } from './srtp.ts';

/** One a=crypto line (RFC 4568 §4). */
export interface CryptoLine {
  readonly tag: number;
  readonly suite: SrtpSuite;
  /** Master key and salt. */
  readonly master: Buffer;
}

export function formatCrypto({ tag, suite, master }: CryptoLine): string {
  return `a=crypto:${tag} ${suite} inline:${master.toString('base64')}`;
}

/** The a=crypto lines that can be used; unknown suites, and keys of the wrong length, are left out. */
export function readCryptos(sdp: string): CryptoLine[] {
  return [...sdp.matchAll(/^a=crypto:(\d{1,9}) (\S+) inline:([A-Za-z0-9+/=]+)/gm)].flatMap(([, tag, suite, inline]) => {
    if (suite === undefined || !Object.hasOwn(srtpSuites, suite)) return [];
    const master = Buffer.from(inline ?? '', 'base64');
    const line: CryptoLine = { tag: Number(tag), suite: suite as SrtpSuite, master };
    return master.length === masterLength(line.suite) ? [line] : [];
  });
}

/** Keys of both directions: each side sends with its own (RFC 4568 §5.1.3). */
export function srtpBetween(ours: CryptoLine, theirs: CryptoLine): { send: Srtp; receive: Srtp } {
  return { send: createSrtp(ours.suite, ours.master), receive: createSrtp(theirs.suite, theirs.master) };
}
