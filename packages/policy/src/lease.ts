import type { EdgeId } from '@trunkline/contracts/ids';

/**
 * The edge that registers and probes a trunk: rendezvous hashing, so every edge that sees the same live ones names the same owner, and
 * a change of one edge moves only its own share. Undefined when there is none.
 */
export function leaseOwner(key: string, edges: readonly EdgeId[]): EdgeId | undefined {
  let owner: EdgeId | undefined;
  let highest = -1;
  for (const edge of edges) {
    const score = hash(`${edge} ${key}`);
    if (score > highest || (score === highest && owner !== undefined && edge < owner)) {
      owner = edge;
      highest = score;
    }
  }
  return owner;
}

/** FNV-1a with a final mix: its last characters would otherwise move the high bits too little. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

export interface LeaseView {
  readonly self: EdgeId;
  /** Owners that can be: live and not draining, this edge included while it can be one. */
  readonly candidates: readonly EdgeId[];
  /** Every edge that is heard of, draining or not. */
  readonly live: ReadonlySet<EdgeId>;
}

/** `keep`: it is ours. `take`: it is ours from now on. `yield`: it is held by another, say nothing. `release`: it is another's, let go. */
export type LeaseStep = 'keep' | 'take' | 'wait' | 'yield' | 'release' | 'none';

/** What this edge does about one trunk. `holder` is the edge that its entry names. */
export function leaseStep(
  owner: EdgeId | undefined,
  holder: EdgeId | null,
  isHeld: boolean,
  { self, live }: LeaseView,
): LeaseStep {
  const isOthers = holder !== null && holder !== self && live.has(holder);
  if (isHeld) {
    // Another edge took it while nobody heard of us: two must not refresh one binding.
    if (isOthers) return 'yield';
    return owner === self ? 'keep' : 'release';
  }
  if (owner !== self) return 'none';
  // The former owner is still there: it lets go as soon as it sees what we see.
  return isOthers ? 'wait' : 'take';
}
