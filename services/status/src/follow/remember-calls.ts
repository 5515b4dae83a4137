import type { Instant } from '@trunkline/contracts/time';
import type { Clock } from '@trunkline/runtime/clock';
import type { RecordStore } from '../store/record-store.ts';
import { callsViewBounds } from '../view/calls-view.ts';
import { latelyWindow_min } from '../view/lately.ts';
import type { View } from '../view/view.ts';

/**
 * Takes what the store remembers into the view, once. The function returned resolves when that is done; it rejects, and
 * tries again at the next call, while the store is away.
 */
export function createRememberer(view: View, store: RecordStore, clock: Clock): () => Promise<void> {
  let remembering: Promise<void> | undefined;
  const remember = async (): Promise<void> => {
    const since = (clock.now() - latelyWindow_min * 60_000) as Instant;
    const { live, ended, lately } = await store.remember(callsViewBounds.max_ended, since);
    view.calls.restore(live, ended);
    for (const count of lately) view.lately.add(count);
    view.changes.tell({ kind: 'all' });
  };
  return () => {
    remembering ??= remember().catch((error: unknown) => {
      remembering = undefined;
      throw error;
    });
    return remembering;
  };
}
