import type { Bucket } from '@trunkline/runtime/bus';
import type { Clock } from '@trunkline/runtime/clock';
import { type Fingerprints, fingerprint } from './plan-page.ts';

/** For 100 000 entries on a busy machine. */
const readDeadline_ms = 60_000;

/** What a bucket holds now. Rejects when it cannot be read in time, or when `signal` says to stop. */
export async function readBucket(bucket: Bucket, clock: Clock, signal: AbortSignal): Promise<Fingerprints> {
  const present = new Map<string, string>();
  let whole = false;
  let settle: { resolve(): void; reject(error: Error): void } | undefined;
  const ready = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // It may fail before anybody waits for it.
  ready.catch(() => {});
  const stop = () => settle?.reject(new Error('reading the bucket was stopped'));
  signal.addEventListener('abort', stop, { once: true });
  const timer = clock.after(readDeadline_ms, () => settle?.reject(new Error('the bucket could not be read in time')));
  try {
    const watching = await bucket.watch(
      (change) => {
        if (whole) return;
        if (change.kind === 'put') present.set(change.key, fingerprint(change.value));
        else present.delete(change.key);
      },
      () => {
        whole = true;
        settle?.resolve();
      },
    );
    await ready.finally(() => watching.stop());
    return present;
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', stop);
  }
}
