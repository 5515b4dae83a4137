import { type EdgeHeartbeat, edgeHeartbeatSchema, heartbeatLifetime_ms } from '@trunkline/contracts/edge-heartbeat';
import { buckets } from '@trunkline/contracts/nats-map';
import type { Bus, Change } from '@trunkline/runtime/bus';
import type { Clock } from '@trunkline/runtime/clock';

/** The edges that are there, and how far each has followed the configuration. */
export interface EdgeFollower {
  live(): readonly EdgeHeartbeat[];
  /** Calls `heard` after every heartbeat until stopped. */
  onBeat(heard: () => void): { stop(): void };
  stop(): Promise<void>;
}

/** More edges than this are not kept; the one heard longest ago goes first. */
const maxEdges = 1_000;

export function followEdges({ bus, clock }: { readonly bus: Bus; readonly clock: Clock }): EdgeFollower {
  const edges = new Map<string, { readonly beat: EdgeHeartbeat; readonly heard_at: number }>();
  const listeners = new Set<() => void>();
  let fresh = false;

  const heard = (change: Change): void => {
    edges.delete(change.key);
    const beat = change.kind === 'put' ? read(change.value) : undefined;
    const oldest = edges.size < maxEdges ? undefined : edges.keys().next().value;
    if (oldest !== undefined) edges.delete(oldest);
    // One that was there before us may be old: its own time counts, which another machine's clock has told.
    const now = clock.now();
    if (beat !== undefined) edges.set(change.key, { beat, heard_at: fresh ? now : Math.min(beat.at, now) });
    for (const listener of listeners) listener();
  };
  const watching = bus.bucket(buckets.edges).then((bucket) =>
    bucket.watch(heard, () => {
      fresh = true;
    }),
  );

  return {
    live: () =>
      [...edges.values()]
        .filter(({ heard_at }) => clock.now() - heard_at <= heartbeatLifetime_ms)
        .map(({ beat }) => beat),
    onBeat(listener) {
      listeners.add(listener);
      return { stop: () => void listeners.delete(listener) };
    },
    async stop() {
      await (await watching).stop();
    },
  };
}

function read(text: string): EdgeHeartbeat | undefined {
  try {
    return edgeHeartbeatSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
