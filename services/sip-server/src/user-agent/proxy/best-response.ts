/** A branch's final response that is no 2xx. */
interface Final {
  readonly status: number;
}

/** RFC 3261 §16.7 step 6: within 4xx, those that tell the client how to change its request. */
const HELPFUL: readonly number[] = [401, 407, 415, 420, 484];

/**
 * RFC 3261 §16.7 step 6: a 6xx if there is one, else one of the lowest class; 503 last in its class, because it says
 * something about one server and not about the request.
 */
export function bestResponse<T extends Final>(finals: readonly T[]): T | undefined {
  let best: T | undefined;
  for (const final of finals) if (best === undefined || rank(final.status) < rank(best.status)) best = final;
  return best;
}

function rank(status: number): number {
  if (status >= 600) return 0;
  const base = Math.floor(status / 100) * 10;
  if (HELPFUL.includes(status)) return base;
  // A branch that we cancelled, or that nobody answered, says less than one that was refused.
  return base + (status === 503 ? 3 : status === 487 || status === 408 ? 2 : 1);
}
