import type { Asker } from '@trunkline/policy/judge-challenge';
import type { DigestChallenge } from '@trunkline/sip/digest-challenge';
import { formatCredentials } from '@trunkline/sip/digest-credentials';
import { answerChallenge } from '@trunkline/sip/digest-response';

const headerNames: Readonly<Record<Asker, string>> = { registrar: 'Authorization', proxy: 'Proxy-Authorization' };

export interface DigestUser {
  readonly username: string;
  /** Undefined when the sealed password cannot be opened. */
  readonly openPassword: () => string | undefined;
  /** Fresh randomness in hex. */
  readonly cnonce: () => string;
}

/**
 * The challenges of one far end and of a proxy before it, kept so that the next request answers them before it is asked
 * (RFC 7616 §3.6): a refresh or a BYE then costs one request as long as the nonce lives.
 */
export class CarrierDigest {
  readonly #kept = new Map<Asker, { readonly challenge: DigestChallenge; count: number }>();
  readonly #user: DigestUser;

  constructor(user: DigestUser) {
    this.#user = user;
  }

  keep(asker: Asker, challenge: DigestChallenge): void {
    this.#kept.set(asker, { challenge, count: 0 });
  }

  forget(): void {
    this.#kept.clear();
  }

  /** Header fields for the next request; undefined when there is something to answer and no password to answer with. */
  headers(method: string, uri: string): Record<string, string> | undefined {
    const headers: Record<string, string> = {};
    if (this.#kept.size === 0) return headers;
    const password = this.#user.openPassword();
    if (password === undefined) return undefined;
    const { username } = this.#user;
    for (const [asker, kept] of this.#kept) {
      kept.count += 1;
      const answerer = { username, password, method, uri, cnonce: this.#user.cnonce(), count: kept.count };
      const credentials = answerChallenge([kept.challenge], answerer);
      if (credentials !== undefined) headers[headerNames[asker]] = formatCredentials(credentials);
    }
    return headers;
  }
}
