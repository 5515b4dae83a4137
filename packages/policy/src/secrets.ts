import type { Sealed } from '@trunkline/contracts/sealed';
import type { DigestAlgorithm } from '@trunkline/sip/digest-algorithm';
import { digestHa1 } from '@trunkline/sip/digest-response';
import type { Principal } from './policy.ts';

/**
 * Opens a sealed secret. `context` is the KV key of the trunk or agent that it belongs to (`<account>.<id>`), so that a secret
 * moved to another record does not open. Throws when it cannot be opened.
 */
export type OpenSecret = (sealed: Sealed, context: string) => string;

interface Kept {
  readonly sealed: Sealed;
  /** H(user name, realm, password) by hash; null when the password could not be opened. Filled at first use. */
  readonly ha1: { md5?: string | null; sha256?: string | null };
}

/** Passwords of trunks and agents: sealed until one is needed, and of the opened one only hashes are kept. */
export class Secrets {
  readonly #kept = new WeakMap<Principal, Kept>();
  readonly #realm: string;
  readonly #openSecret: OpenSecret;

  constructor(realm: string, openSecret: OpenSecret) {
    this.#realm = realm;
    this.#openSecret = openSecret;
  }

  keep(principal: Principal, sealed: Sealed): void {
    this.#kept.set(principal, { sealed, ha1: {} });
  }

  ha1(principal: Principal, algorithm: DigestAlgorithm): string | undefined {
    const kept = this.#kept.get(principal);
    const { username } = principal;
    if (kept === undefined || username === null) return undefined;
    const hash = algorithm.startsWith('MD5') ? 'md5' : 'sha256';
    if (kept.ha1[hash] === undefined) {
      const password = this.open(principal);
      kept.ha1[hash] = password === undefined ? null : digestHa1(algorithm, username, this.#realm, password);
    }
    return kept.ha1[hash] ?? undefined;
  }

  sealed(principal: Principal): Sealed | undefined {
    return this.#kept.get(principal)?.sealed;
  }

  open(principal: Principal): string | undefined {
    const kept = this.#kept.get(principal);
    if (kept === undefined) return undefined;
    try {
      return this.#openSecret(kept.sealed, principal.key);
    } catch {
      // The key that sealed it is not ours, or the text was changed: this principal has no password, the others keep theirs.
      return undefined;
    }
  }
}
