export interface NodeState {
  /** Share of the calls; 0 takes none that another node can take: it drains. */
  readonly weight: number;
  /** Calls on it now. */
  readonly load: number;
  readonly isUp: boolean;
  /** It has lately said that it takes no more. */
  readonly isFull: boolean;
}

/**
 * The node for a new call: one that is up and not full, with the least load for its weight. A node that drains is better than
 * one that is full, and that one better than one that is down, which may have come back this moment. Pure; ties go to the first.
 */
export function chooseNode<T extends NodeState>(nodes: readonly T[]): T | undefined {
  return [...nodes].sort((one, other) => rank(one) - rank(other) || share(one) - share(other))[0];
}

function rank({ isUp, isFull, weight }: NodeState): number {
  if (!isUp) return 3;
  if (isFull) return 2;
  return weight === 0 ? 1 : 0;
}

function share({ load, weight }: NodeState): number {
  return (load + 1) / Math.max(weight, 1);
}
