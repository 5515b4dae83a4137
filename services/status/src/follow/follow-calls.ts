import type { Delivered } from '@trunkline/runtime/bus';
import type { Clock } from '@trunkline/runtime/clock';
import type { StatusMetrics } from '../status-metrics.ts';
import type { View } from '../view/view.ts';
import { readBatch } from './read-batch.ts';
import type { SeenRange } from './seen-range.ts';

/**
 * The reader that keeps the view live. It waits for nothing, so what people see goes on while the database is away; what
 * has to be kept is `record-calls.ts`'s business.
 */
export function createCallsFollower(parts: {
  readonly view: View;
  readonly seen: SeenRange;
  readonly metrics: StatusMetrics;
  readonly clock: Clock;
}): (batch: readonly Delivered[]) => Promise<void> {
  const { view, seen, metrics, clock } = parts;
  return async (batch) => {
    const [first, last] = [batch.at(0), batch.at(-1)];
    if (first === undefined || last === undefined) return;
    for (const { event } of readBatch(batch).events) {
      const call = view.calls.apply(event);
      if (call !== undefined) view.changes.tell({ kind: 'call', call });
      metrics.eventApplied(Math.max(0, clock.now() - event.at));
    }
    seen.add(first.sequence, last.sequence);
  };
}
