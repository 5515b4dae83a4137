import { type TrunkState, trunkStateSchema } from '@trunkline/contracts/events/trunk-state';
import { buckets, trunkKey } from '@trunkline/contracts/nats-map';
import type { Trunk } from '@trunkline/contracts/trunk';
import type { Bus, Change } from '@trunkline/runtime/bus';

/** What the edges tell of each trunk: its registration and its gateways. */
export interface StateFollower {
  of(trunk: Pick<Trunk, 'account' | 'id'>): TrunkState | undefined;
  stop(): Promise<void>;
}

export function followStates({ bus }: { readonly bus: Bus }): StateFollower {
  // As many entries as the bucket has, which are as many as there are trunks.
  const states = new Map<string, TrunkState>();
  const heard = (change: Change): void => {
    const state = change.kind === 'put' ? read(change.value) : undefined;
    if (state === undefined) states.delete(change.key);
    else states.set(change.key, state);
  };
  const watching = bus.bucket(buckets.registrations).then((bucket) => bucket.watch(heard, () => {}));
  return {
    of: ({ account, id }) => states.get(trunkKey(account, id)),
    async stop() {
      await (await watching).stop();
    },
  };
}

function read(text: string): TrunkState | undefined {
  try {
    return trunkStateSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
