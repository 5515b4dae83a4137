import { bearerToken } from '@trunkline/contracts/access';
import type { Instant } from '@trunkline/contracts/time';
import type { Clock } from '@trunkline/runtime/clock';
import { secretHash } from '@trunkline/runtime/secret-hash';
import type { KnownToken, TokenStore } from '../store/store.ts';

/** For so long a token withdrawn by another config process is still good here. */
const cacheFor_ms = 5_000;
/** Tokens remembered at once. */
const cacheEntries = 10_000;

export interface Authenticator {
  /** What the Authorization header allows; undefined when it allows nothing. */
  authenticate(authorization: string | undefined): Promise<KnownToken | undefined>;
  /** To be called when a token is withdrawn. */
  forget(token_hash: string): void;
}

interface Remembered {
  readonly access: KnownToken;
  readonly until: Instant;
}

export function createAuthenticator(parts: {
  readonly tokens: Pick<TokenStore, 'access'>;
  readonly clock: Clock;
}): Authenticator {
  const remembered = new Map<string, Remembered>();

  const remember = (hash: string, access: KnownToken, now: number): void => {
    const oldest = remembered.size < cacheEntries ? undefined : remembered.keys().next().value;
    if (oldest !== undefined) remembered.delete(oldest);
    remembered.set(hash, { access, until: (now + cacheFor_ms) as Instant });
  };

  return {
    async authenticate(authorization) {
      const token = bearerToken(authorization);
      if (token === undefined) return undefined;
      const hash = secretHash(token);
      const now = parts.clock.now();
      const known = remembered.get(hash);
      if (known !== undefined && known.until > now) return valid(known.access, now);
      remembered.delete(hash);
      const access = await parts.tokens.access(hash);
      if (access === undefined) return undefined;
      remember(hash, access, now);
      return valid(access, now);
    },
    forget: (hash) => void remembered.delete(hash),
  };
}

function valid(access: KnownToken, now: number): KnownToken | undefined {
  return access.expires_at !== null && access.expires_at <= now ? undefined : access;
}
