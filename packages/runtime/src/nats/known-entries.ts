import type { Change } from '../bus.ts';

/** One stored message of a bucket, as a watcher sees it. */
export interface SeenEntry {
  readonly key: string;
  readonly revision: number;
  /** Differs between any two messages ever stored, also when NATS lost its data and counts revisions from 1 again. */
  readonly identity: string;
  /** Undefined for the mark that a delete leaves. */
  readonly value: string | undefined;
}

/** What a watcher has told so far, so that a look at the whole bucket becomes exactly the changes since. */
export interface KnownEntries {
  /** A look at the whole bucket begins. */
  begin(): void;
  see(entry: SeenEntry): void;
  /** What was known before and has not been seen in this look. Such an entry is gone, or was overwritten meanwhile. */
  unseen(): readonly string[];
  /** The entry is gone; without effect when it has been seen since. */
  forget(key: string): void;
}

export function createKnownEntries(tell: (change: Change) => void): KnownEntries {
  const identities = new Map<string, string>();
  /** Undefined in the first look: nothing can be gone that was never known. */
  let seen: Set<string> | undefined;
  let revision = 0;
  return {
    begin() {
      seen = identities.size === 0 ? undefined : new Set();
      revision = 0;
    },
    see(entry) {
      revision = Math.max(revision, entry.revision);
      if (entry.value === undefined) {
        seen?.delete(entry.key);
        if (identities.delete(entry.key)) tell({ kind: 'delete', key: entry.key, revision: entry.revision });
        return;
      }
      seen?.add(entry.key);
      if (identities.get(entry.key) === entry.identity) return;
      identities.set(entry.key, entry.identity);
      tell({ kind: 'put', key: entry.key, value: entry.value, revision: entry.revision });
    },
    unseen: () => (seen === undefined ? [] : [...identities.keys()].filter((key) => seen?.has(key) === false)),
    forget(key) {
      if (seen?.has(key) !== true && identities.delete(key)) tell({ kind: 'delete', key, revision });
    },
  };
}
