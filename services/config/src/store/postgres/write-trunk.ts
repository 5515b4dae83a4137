import type { Trunk, TrunkNumber } from '@trunkline/contracts/trunk';
import type { Transaction } from 'kysely';
import { trunkDocument } from '../documents.ts';
import type { StoredTrunk } from '../store.ts';
import type { Tables } from './tables.ts';
import { aclRows, gatewayRows, numberRow, planNumbers, trunkRow } from './trunk-rows.ts';

/** Rows of one INSERT; a statement takes at most 65 535 parameters. */
const insertRows = 1_000;

export async function insertTrunk(trx: Transaction<Tables>, stored: StoredTrunk): Promise<void> {
  const { trunk } = stored;
  await trx.insertInto('trunks').values(trunkRow(stored)).execute();
  await insertLists(trx, trunk);
  await insertNumbers(trx, trunk, trunk.numbers);
  await noteTrunk(trx, trunk);
}

/** `present` is what the tables hold, locked by this transaction. */
export async function updateTrunk(trx: Transaction<Tables>, present: StoredTrunk, next: StoredTrunk): Promise<void> {
  const { trunk } = next;
  const { id, account_id, created_at, ...columns } = trunkRow(next);
  await trx.updateTable('trunks').set(columns).where('id', '=', trunk.id).execute();
  await trx.deleteFrom('gateways').where('trunk_id', '=', trunk.id).execute();
  await trx.deleteFrom('acl').where('trunk_id', '=', trunk.id).execute();
  await insertLists(trx, trunk);

  const plan = planNumbers(present.trunk.numbers, trunk.numbers);
  const removed = plan.removed.map((number) => number.id);
  if (removed.length > 0) {
    await trx
      .updateTable('numbers')
      .set({ deleted_at: trunk.updated_at, updated_at: trunk.updated_at, live: false, agent_id: null })
      .where('trunk_id', '=', trunk.id)
      .where('id', 'in', removed)
      .execute();
  }
  for (const number of plan.changed) {
    const { id: numberId, ...fields } = numberRow(trunk, number);
    await trx.updateTable('numbers').set(fields).where('id', '=', numberId).execute();
  }
  if (present.trunk.is_active !== trunk.is_active) {
    await trx
      .updateTable('numbers')
      .set({ live: trunk.is_active })
      .where('trunk_id', '=', trunk.id)
      .where('deleted_at', 'is', null)
      .execute();
  }
  await insertNumbers(trx, trunk, plan.added);
  await noteTrunk(trx, trunk);
}

async function insertLists(trx: Transaction<Tables>, trunk: Trunk): Promise<void> {
  const gateways = gatewayRows(trunk);
  const acl = aclRows(trunk);
  if (gateways.length > 0) await trx.insertInto('gateways').values(gateways).execute();
  if (acl.length > 0) await trx.insertInto('acl').values(acl).execute();
}

async function insertNumbers(trx: Transaction<Tables>, trunk: Trunk, numbers: readonly TrunkNumber[]): Promise<void> {
  for (let from = 0; from < numbers.length; from += insertRows) {
    const rows = numbers.slice(from, from + insertRows).map((number) => numberRow(trunk, number));
    await trx.insertInto('numbers').values(rows).execute();
  }
}

/** Leaves word for publication that this trunk's document changed. */
export async function noteTrunk(trx: Transaction<Tables>, trunk: Trunk): Promise<void> {
  const { bucket, key } = trunkDocument(trunk);
  await trx.insertInto('outbox').values({ bucket, key }).execute();
}
