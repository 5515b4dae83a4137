import { type Asker, askerOf, judgeChallenge } from '@trunkline/policy/judge-challenge';
import { parseChallenges } from '@trunkline/sip/digest-challenge';
import type { LegCredentials } from '../call/legs.ts';
import { CarrierDigest } from '../trunks/carrier-digest.ts';
import type { SrfResponse } from './srf-types.ts';

const challengeNames: Readonly<Record<Asker, string>> = { registrar: 'WWW-Authenticate', proxy: 'Proxy-Authenticate' };

/**
 * Our side of digest on one leg: its INVITE, re-INVITEs and BYE (RFC 3261 §22). drachtio-srf's own digest client knows MD5 alone and
 * one challenge per Call-ID.
 */
export class LegDigest {
  readonly #digest: CarrierDigest;
  /** Challenges answered for the present request. */
  readonly #answered = { registrar: 0, proxy: 0 };

  /** `cnonce`: fresh randomness in hex. */
  constructor(credentials: LegCredentials, cnonce: () => string) {
    this.#digest = new CarrierDigest({ ...credentials, cnonce });
  }

  /** Header fields for a new request: the challenges of earlier ones are answered before they are asked again. */
  headers(method: string, uri: string): Record<string, string> {
    this.#answered.registrar = 0;
    this.#answered.proxy = 0;
    return this.#digest.headers(method, uri) ?? {};
  }

  /** Header fields to send the request with once more; undefined when the answer is final. */
  answer(response: SrfResponse, method: string, uri: string): Record<string, string> | undefined {
    const { status } = response;
    if (status !== 401 && status !== 407) return undefined;
    const asker = askerOf(status);
    const header = response.get(challengeNames[asker]);
    const challenge = judgeChallenge(header === undefined ? [] : parseChallenges(header), this.#answered[asker]);
    if (typeof challenge === 'string') return undefined;
    this.#answered[asker] += 1;
    this.#digest.keep(asker, challenge);
    return this.#digest.headers(method, uri);
  }
}
