import type { Instant } from '@trunkline/contracts/time';
import type { Page } from '../store.ts';

interface Stamp {
  readonly created_at: Instant;
  readonly id: string;
}

/** Oldest first, and of one moment by id, as the index of the tables has it. */
export function pageOf<Item>(items: readonly Item[], stamp: (item: Item) => Stamp, { limit, after }: Page): Item[] {
  const order = (left: Stamp, right: Stamp): number =>
    left.created_at === right.created_at ? (left.id < right.id ? -1 : 1) : left.created_at - right.created_at;
  const sorted = [...items].sort((left, right) => order(stamp(left), stamp(right)));
  const rest =
    after === undefined
      ? sorted
      : sorted.filter((item) => stamp(item).id !== after.id && order(stamp(item), after) > 0);
  return limit === undefined ? rest : rest.slice(0, limit);
}
