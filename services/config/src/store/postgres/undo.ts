import type { Conflict } from '../faults.ts';

/** Rolls a transaction back because of a conflict that was found after its first write. */
export class Undo extends Error {
  readonly conflict: Conflict;
  constructor(conflict: Conflict) {
    super(conflict.kind);
    this.conflict = conflict;
  }
}
