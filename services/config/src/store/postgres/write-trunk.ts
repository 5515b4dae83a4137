import type { Trunk, TrunkNumber } from '@trunkline/contracts/trunk';
import type { Transaction } from 'kysely';
import { identitiesOf } from '../claims.ts';
import { trunkDocument } from '../documents.ts';
import type { StoredTrunk, TrunkDraft } from '../store.ts';
import type { Tables } from './tables.ts';
import { aclRows, gatewayRows, numberRow, planNumbers, trunkRow } from './trunk-rows.ts';

/** Rows of one INSERT; a statement takes at most 65 535 parameters. */
const insertRows = 1_000;

export async function insertTrunk(trx: Transaction<Tables>, draft: TrunkDraft, short_id: number): Promise<void> {
  const { trunk } = draft;
  await trx
    .insertInto('trunks')
    .values({ ...trunkRow(draft), short_id })
    .execute();
  await insertLists(trx, trunk);
  await insertIdentities(trx, trunk);
  await insertNumbers(trx, trunk, trunk.numbers);
  await noteTrunk(trx, trunk);
}

/** `present` is what the tables hold, locked by this transaction. */
export async function updateTrunk(trx: Transaction<Tables>, present: StoredTrunk, next: TrunkDraft): Promise<void> {
  const { trunk } = next;
  const { id, account_id, created_at, ...columns } = trunkRow(next);
  await trx
    .updateTable('trunks')
    .set({ ...columns, version: present.version + 1 })
    .where('id', '=', trunk.id)
    .execute();
  await replaceLists(trx, present.trunk, trunk);

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
  // What a number means, and so what it keeps for itself, depends on the country.
  const moved = present.trunk.number_format.country !== trunk.number_format.country;
  const added = new Set(plan.added);
  for (const number of moved ? trunk.numbers.filter((each) => !added.has(each)) : plan.changed) {
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

/** Only the lists that differ are written: most changes are of something else. */
async function replaceLists(trx: Transaction<Tables>, present: Trunk, trunk: Trunk): Promise<void> {
  const gateways = same(present.gateways, trunk.gateways) ? undefined : gatewayRows(trunk);
  if (gateways !== undefined) await trx.deleteFrom('gateways').where('trunk_id', '=', trunk.id).execute();
  if (gateways !== undefined && gateways.length > 0) await trx.insertInto('gateways').values(gateways).execute();
  const acl = same(present.acl, trunk.acl) ? undefined : aclRows(trunk);
  if (acl !== undefined) await trx.deleteFrom('acl').where('trunk_id', '=', trunk.id).execute();
  if (acl !== undefined && acl.length > 0) await trx.insertInto('acl').values(acl).execute();
  if (!same(identitiesOf(present), identitiesOf(trunk))) {
    await trx.deleteFrom('identities').where('trunk_id', '=', trunk.id).execute();
    await insertIdentities(trx, trunk);
  }
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

async function insertIdentities(trx: Transaction<Tables>, trunk: Trunk): Promise<void> {
  const rows = identitiesOf(trunk).map(({ key }) => ({
    key,
    account_id: trunk.account,
    trunk_id: trunk.id,
    agent_id: null,
  }));
  if (rows.length > 0) await trx.insertInto('identities').values(rows).execute();
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
