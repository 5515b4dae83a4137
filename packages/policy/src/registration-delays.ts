import type { RegistrationFailure } from '@trunkline/contracts/events/trunk-state';
import type { Chance } from './order-gateways.ts';
import type { Failure } from './registration-answer.ts';

/** How soon a failed round is repeated: the first wait, which doubles with every failure in a row, and the longest. */
interface Backoff {
  readonly first_ms: number;
  readonly longest_ms: number;
}

/** What may be over any moment. */
const quick: Backoff = { first_ms: 2_000, longest_ms: 300_000 };
/** What somebody has to change: asking often helps nobody, and carriers lock accounts that fail too often. */
const slow: Backoff = { first_ms: 300_000, longest_ms: 1_800_000 };

const backoffs: Readonly<Record<RegistrationFailure, Backoff>> = {
  'credentials-refused': slow,
  rejected: slow,
  'interval-refused': slow,
  'redirected-too-often': slow,
  'secret-unreadable': slow,
  'registrar-failed': quick,
  'no-answer': quick,
  unreachable: quick,
};

/** RFC 3261 §20.33 sets no bound; a registrar that asks for more than this is asked again all the same. */
const longestRetryAfter_ms = 3_600_000;
/** Of a wait, spread by lot, so that trunks that failed together do not come back together. */
const spread = 0.5;
const retryAfterSpread = 0.1;

/** Never gives up. `failures`: rounds failed in a row, this one included. `first_s`: the first wait that the trunk asks for. */
export function retryDelay_ms(
  failures: number,
  { cause, retry_after_s }: Failure,
  chance: Chance,
  first_s: number | null = null,
): number {
  const usual = backoffs[cause];
  const first_ms = first_s === null ? usual.first_ms : first_s * 1_000;
  const longest_ms = Math.max(usual.longest_ms, first_ms);
  // 2^20 times the first wait is beyond every longest one.
  const wait_ms = Math.min(first_ms * 2 ** Math.min(failures - 1, 20), longest_ms);
  if (retry_after_s === null) return Math.round(wait_ms * (1 - spread * chance()));
  // Never sooner than the registrar asks; and not at once, should it ask for that.
  const asked_ms = Math.max(Math.min(retry_after_s * 1_000, longestRetryAfter_ms), first_ms * (1 - spread));
  return Math.round(asked_ms * (1 + retryAfterSpread * chance()));
}

const shortestRefresh_ms = 1_000;

/**
 * Within the granted time, early enough for a second try. The first is spread over half of it, so that the registrations of an edge
 * that has just started do not come back all at once for ever; later ones so that what keeps step drifts apart.
 */
export function refreshDelay_ms(granted_s: number, isFirst: boolean, chance: Chance): number {
  const share = isFirst ? 0.4 + 0.5 * chance() : 0.75 + 0.15 * chance();
  return Math.max(shortestRefresh_ms, Math.round(granted_s * 1_000 * share));
}
