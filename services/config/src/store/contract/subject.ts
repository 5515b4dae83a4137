import type { AccountId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { Trunk } from '@trunkline/contracts/trunk';
import { accept } from '../../result.ts';
import type { Document, Store, TrunkDraft } from '../store.ts';
import type { EditableStore } from './editable.ts';

export const later = 1_800_000_100_000 as Instant;

export interface Subject {
  readonly store: EditableStore;
  /** The store itself. */
  readonly bare: Store;
  readonly own: AccountId;
  readonly other: AccountId;
}

export async function drained(store: Pick<Store, 'drainOutbox'>): Promise<Document[]> {
  const documents: Document[] = [];
  await store.drainOutbox(1_000, async (document) => void documents.push(document));
  return documents;
}

export const changed = (change: Partial<Trunk>) => (present: TrunkDraft) =>
  accept({ ...present, trunk: { ...present.trunk, ...change } });
