import { createHash } from 'node:crypto';
import type { Document } from '../store/store.ts';

/** Stands for a document's text, so that the texts of a whole bucket need not be held. */
export function fingerprint(value: string): string {
  return createHash('sha256').update(value, 'utf8').digest('base64');
}

export type Fingerprints = ReadonlyMap<string, string>;

/** Pure: which documents of the store the bucket lacks or holds in another wording. */
export function planPage(present: Fingerprints, documents: readonly Document[]): readonly Document[] {
  return documents.filter(({ key, value }) => value !== null && present.get(key) !== fingerprint(value));
}

/** Pure: the keys of the bucket for which the store has nothing. */
export function planOrphans(present: Fingerprints, known: ReadonlySet<string>): readonly string[] {
  return [...present.keys()].filter((key) => !known.has(key));
}
