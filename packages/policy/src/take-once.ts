import type { Instant } from '@trunkline/contracts/time';
import { type Nonces, oldestNonce_ms } from './nonces.ts';

/** Responses remembered; when full, the oldest gives way. Only such as proved a password are remembered. */
const maxRemembered = 100_000;

/**
 * The nonces, with each response taken once (RFC 7616 §5.5): who overheard one cannot send it again, not even from the address of its
 * owner. Nonce counts alone would not do: calls that begin in the same millisecond share a nonce, and their user agents count from
 * one each. A response covers nonce, count, client nonce, method and URI, so without the password nobody makes another one of it.
 */
export function takeOnce(nonces: Nonces, max = maxRemembered): Nonces {
  const taken = new Map<string, Instant>();
  return {
    ...nonces,
    spend: (response, now) => {
      for (const [oldest, at] of taken) {
        // By then its nonce is stale everywhere, that of an edge whose clock is ahead too.
        if (now - at <= 2 * oldestNonce_ms && taken.size < max) break;
        taken.delete(oldest);
      }
      if (taken.has(response)) return false;
      taken.set(response, now);
      return true;
    },
  };
}
