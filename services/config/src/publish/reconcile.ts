import type { Bucket } from '@trunkline/runtime/bus';
import type { Clock } from '@trunkline/runtime/clock';
import type { PublicationStore, PublishedBucket } from '../store/store.ts';
import { planOrphans, planPage } from './plan-page.ts';
import { readBucket } from './read-bucket.ts';

/** Documents read from the store at once: a change that comes meanwhile waits for them. */
const pageSize = 100;
/** Writes to NATS under way at once; they are of different keys, so their order does not matter. */
const writesAtOnce = 32;

export interface ReconcileParts {
  readonly store: PublicationStore;
  readonly bucket: Bucket;
  readonly name: PublishedBucket;
  readonly clock: Clock;
  /** Ends the work early, with a rejection. */
  readonly signal: AbortSignal;
  /** Called between pages, so that a change does not wait for the end. */
  readonly between: () => Promise<void>;
}

export interface Reconciled {
  readonly written: number;
  readonly removed: number;
}

/**
 * Makes one bucket say what the store says: writes what is lost or different, removes what the store does not know. Each
 * page is read and written while nobody else publishes, so what it writes is never older than what it overwrites.
 */
export async function reconcile(parts: ReconcileParts): Promise<Reconciled> {
  const { store, bucket, name, between } = parts;
  const present = await readBucket(bucket, parts.clock, parts.signal);
  const known = new Set<string>();
  let written = 0;
  let after: string | undefined;
  do {
    parts.signal.throwIfAborted();
    await store.aloneInPublishing(async () => {
      const page = await store.documents(name, after, pageSize);
      for (const { key } of page.documents) known.add(key);
      const wanted = planPage(present, page.documents);
      await inParallel(wanted, async ({ key, value }) => void (value !== null && (await bucket.put(key, value))));
      written += wanted.length;
      after = page.next;
    });
    await between();
  } while (after !== undefined);
  const orphans = planOrphans(present, known);
  if (orphans.length > 0) {
    await store.aloneInPublishing(() => inParallel(orphans, (key) => bucket.delete(key)));
  }
  return { written, removed: orphans.length };
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += writesAtOnce) {
    await Promise.all(items.slice(from, from + writesAtOnce).map(work));
  }
}
