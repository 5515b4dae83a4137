import type { Bus, Change } from '@trunkline/runtime/bus';
import { waitUntil } from '../wait-until.ts';

/** Watches and keeps what it is told. */
export async function follow(bus: Bus, bucketName: string) {
  const bucket = await bus.bucket(bucketName);
  const changes: Change[] = [];
  let ready = 0;
  let atReady: number | undefined;
  const watch = await bucket.watch(
    (change) => changes.push(change),
    () => {
      ready++;
      atReady ??= changes.length;
    },
  );
  return {
    bucket,
    watch,
    changes,
    readyCalls: () => ready,
    untilReady: () => waitUntil(() => ready > 0, { what: 'onReady' }),
    changesAtReady: () => atReady,
    until: (what: string, condition: (state: Map<string, string>) => boolean) =>
      waitUntil(() => condition(fold(changes)), { what, found: () => JSON.stringify(changes) }),
    state: () => fold(changes),
  };
}

function fold(changes: readonly Change[]): Map<string, string> {
  const state = new Map<string, string>();
  for (const change of changes) {
    if (change.kind === 'put') state.set(change.key, change.value);
    else state.delete(change.key);
  }
  return state;
}
