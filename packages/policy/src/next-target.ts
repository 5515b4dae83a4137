import { type Cause, causeTable } from '@trunkline/contracts/causes';
import { classifyFinal, type FinalMeaning } from './classify-final.ts';

/** How one INVITE on leg B ended without an answer. */
export type Outcome =
  | { readonly kind: 'status'; readonly status: number }
  /** No response at all within the time allowed (RFC 3261 §17.1.1.2, timer B). */
  | { readonly kind: 'timeout' }
  /** Connection refused, host unreachable, name not found. */
  | { readonly kind: 'transport-error' }
  /** What answered at the gateway's address showed a certificate that is not the gateway's; no request went to it. */
  | { readonly kind: 'untrusted' };

export interface Progress {
  /** A provisional response above 100 was heard from any target: the callee's telephone may be ringing. */
  readonly rang: boolean;
  /** Targets not yet tried. */
  readonly left: number;
}

export type NextTarget =
  | { readonly kind: 'retry' }
  /** `status` is the final status for leg A. */
  | { readonly kind: 'give-up'; readonly cause: Cause; readonly status: number };

/**
 * Final statuses that say the gateway cannot do it and another may. All others speak of the callee, of our credentials or of our
 * request, and mean the same at the next gateway: a busy callee is never rung again.
 */
const failoverStatuses: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);

/** Whether to try the next gateway, and if not, how the call ends. */
export function nextTarget(outcome: Outcome, progress: Progress): NextTarget {
  if (isFailover(outcome) && !progress.rang && progress.left > 0) return { kind: 'retry' };
  return { kind: 'give-up', ...meaningOf(outcome, progress.rang) };
}

function isFailover(outcome: Outcome): boolean {
  return outcome.kind !== 'status' || failoverStatuses.has(outcome.status);
}

function meaningOf(outcome: Outcome, rang: boolean): FinalMeaning {
  if (outcome.kind === 'status') return classifyFinal(outcome.status);
  const silent = rang ? 'no-answer' : 'gateway-silent';
  const causes = { timeout: silent, 'transport-error': 'gateway-unreachable', untrusted: 'gateway-untrusted' } as const;
  const cause = causes[outcome.kind];
  return { cause, status: causeTable[cause].status };
}
