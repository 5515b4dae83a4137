import type { Change } from '@trunkline/runtime/bus';
import type { Clock } from '@trunkline/runtime/clock';
import type { EdgeFollower } from './follow-edges.ts';
import type { FollowedBucket, PolicyFollower } from './follow-policy.ts';

export interface Applied {
  /** Revision of the change in its bucket; null when it has not been published in time. */
  readonly generation: number | null;
  /** Edges that are there. */
  readonly edges: readonly string[];
  /** Those of them that have not applied it. */
  readonly waiting_for: readonly string[];
}

/** Begun before a change is stored, so that its publication cannot be missed. */
export interface Expectation {
  /** Resolves when every live edge has applied the change that `isIt` recognises, or at the deadline. Call it once. */
  applied(isIt: (change: Change) => boolean): Promise<Applied>;
  /** Instead of `applied`, when nothing was changed. */
  drop(): void;
}

export type Expect = (bucket: FollowedBucket, key: string) => Expectation;

const deadline_ms = 5_000;

export function createExpect(parts: {
  readonly policy: Pick<PolicyFollower, 'watchKey'>;
  readonly edges: Pick<EdgeFollower, 'live' | 'onBeat'>;
  readonly clock: Clock;
}): Expect {
  const { policy, edges, clock } = parts;
  return (bucket, key) => {
    const changes: Change[] = [];
    let look = (): void => {};
    const watch = policy.watchKey(bucket, key, (change) => {
      changes.push(change);
      look();
    });
    return {
      drop: () => watch.stop(),
      applied: (isIt) =>
        new Promise((resolve) => {
          const judge = (): Applied => {
            const generation = changes.find(isIt)?.revision ?? null;
            const live = edges.live();
            const waiting = live.filter(({ applied }) => generation === null || applied[bucket] < generation);
            return { generation, edges: live.map(({ edge }) => edge), waiting_for: waiting.map(({ edge }) => edge) };
          };
          const end = (): void => {
            watch.stop();
            beats.stop();
            timer.cancel();
            resolve(judge());
          };
          look = () => isDone(judge()) && end();
          const beats = edges.onBeat(() => look());
          const timer = clock.after(deadline_ms, end);
          look();
        }),
    };
  };
}

/** On no edge at all it is of no use yet. */
export function isDone({ generation, edges, waiting_for }: Applied): boolean {
  return generation !== null && edges.length > 0 && waiting_for.length === 0;
}
