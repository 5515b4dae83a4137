import { trunkKey } from '@trunkline/contracts/nats-map';
import type { Trunk } from '@trunkline/contracts/trunk';
import { trunkDocument } from '../../store/documents.ts';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { StoredTrunk } from '../../store/store.ts';
import { conflictProblem } from '../conflict-problem.ts';
import { type Problem, problem } from '../refusal.ts';
import type { Work } from '../write.ts';

export const trunkMissing = 'SIP trunk not found';

/** Why a trunk was not written; `numberPath` is the field to point at when a number is the reason. */
export const trunkProblem =
  (numberPath: string, missing: string = trunkMissing) =>
  (fault: Problem | Conflict | NotFound): Problem => {
    if ('status' in fault) return fault;
    return fault.kind === 'not-found' ? problem(404, missing) : conflictProblem(fault, { number: numberPath });
  };

/** Recognises a written trunk, or a later state of it, in what is published. */
export function writtenDocument({ account, id }: Pick<Trunk, 'account' | 'id'>): Document<StoredTrunk> {
  return {
    bucket: 'trunks',
    key: trunkKey(account, id),
    isIt: (change, { trunk }) =>
      change.kind === 'put' &&
      (change.value === trunkDocument(trunk).value || writtenAt(change.value) > trunk.updated_at),
  };
}

/** Recognises that a trunk is gone: its id is never given again. */
export function deletedDocument({ account, id }: Pick<Trunk, 'account' | 'id'>): Document<unknown> {
  return { bucket: 'trunks', key: trunkKey(account, id), isIt: ({ kind }) => kind === 'delete' };
}

type Document<Written> = NonNullable<Work<Written, never>['document']>;

function writtenAt(value: string): number {
  const document = JSON.parse(value) as { readonly updated_at?: unknown };
  return typeof document.updated_at === 'number' ? document.updated_at : 0;
}
