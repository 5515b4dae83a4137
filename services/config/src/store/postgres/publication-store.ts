import type { Kysely, Transaction } from 'kysely';
import { sql } from 'kysely';
import { agentDocument, tokenDocument, trunkDocument } from '../documents.ts';
import type { Document, DocumentPage, PublicationStore, PublishedBucket } from '../store.ts';
import { storedAgent } from './agent-store.ts';
import { guard } from './guard.ts';
import { selectTrunks, storedTrunk } from './read-trunks.ts';
import type { Tables } from './tables.ts';
import { accessOf, selectAccess } from './token-store.ts';

/** The advisory lock of whoever publishes. Any number, the same in every version. */
const publisherLock = 7_872_001;

interface Found {
  readonly id: string;
  readonly document: Document;
}

interface Filter {
  readonly keys?: readonly string[];
  readonly after?: string | undefined;
  readonly limit?: number;
}

type Find = (db: Kysely<Tables>, filter: Filter) => Promise<readonly Found[]>;

/** Keys of trunks and agents are `<account>.<id>`; those of tokens are their hash. */
const idOf = (key: string): string => key.slice(key.indexOf('.') + 1);

const find: Readonly<Record<PublishedBucket, Find>> = {
  async trunks(db, { keys, after, limit }) {
    let query = selectTrunks(db).orderBy('trunks.id');
    if (keys !== undefined) query = query.where('trunks.id', 'in', keys.map(idOf) as never[]);
    if (after !== undefined) query = query.where('trunks.id', '>', after as never);
    if (limit !== undefined) query = query.limit(limit);
    return (await query.execute()).map((row) => ({ id: row.id, document: trunkDocument(storedTrunk(row).trunk) }));
  },
  async agents(db, { keys, after, limit }) {
    let query = db.selectFrom('agents').selectAll().orderBy('id');
    if (keys !== undefined) query = query.where('id', 'in', keys.map(idOf) as never[]);
    if (after !== undefined) query = query.where('id', '>', after as never);
    if (limit !== undefined) query = query.limit(limit);
    return (await query.execute()).map((row) => ({ id: row.id, document: agentDocument(storedAgent(row).agent) }));
  },
  async tokens(db, { keys, after, limit }) {
    let query = selectAccess(db).orderBy('tokens.id');
    if (keys !== undefined) query = query.where('hash', 'in', [...keys]);
    if (after !== undefined) query = query.where('tokens.id', '>', after);
    if (limit !== undefined) query = query.limit(limit);
    return (await query.execute()).map((row) => ({ id: row.id, document: tokenDocument(row.hash, accessOf(row)) }));
  },
};

export function createPublicationStore(db: Kysely<Tables>): PublicationStore {
  return {
    drainOutbox: (limit, publish) => guard(() => db.transaction().execute((trx) => drain(trx, limit, publish))),

    aloneInPublishing: (work) =>
      guard(() =>
        db.transaction().execute(async (trx) => {
          await lock(trx);
          await work();
        }),
      ),

    documents: (bucket, after, limit): Promise<DocumentPage> =>
      guard(async () => {
        const found = await find[bucket](db, { after, limit });
        return {
          documents: found.map(({ document }) => document),
          next: found.length < limit ? undefined : found.at(-1)?.id,
        };
      }),
  };
}

/** Given back with the end of the transaction, so also with the end of this process. */
async function lock(trx: Transaction<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${publisherLock})`.execute(trx);
}

/**
 * The documents are read after the outbox, so each is at least as new as the change that it is published for, and one
 * publisher at a time means that an older text never overwrites a newer one. Where publication fails, the outbox keeps its rows.
 */
async function drain(
  trx: Transaction<Tables>,
  limit: number,
  publish: (document: Document) => Promise<void>,
): Promise<number> {
  // Should the end of this be lost, all is published once more, which harms nobody; so the next change need not wait for the disk.
  await sql`select pg_advisory_xact_lock(${publisherLock}), set_config('synchronous_commit', 'off', true)`.execute(trx);
  const next = trx.selectFrom('outbox').select('seq').orderBy('seq').limit(limit);
  const taken = await trx.deleteFrom('outbox').where('seq', 'in', next).returningAll().execute();
  const rows = taken.sort((one, other) => one.seq - other.seq);
  if (rows.length === 0) return 0;
  const changed = new Map(rows.map(({ bucket, key }) => [`${bucket}/${key}`, { bucket, key }]));
  const present = new Map<string, Document>();
  for (const bucket of ['tokens', 'agents', 'trunks'] as const) {
    const keys = [...changed.values()].filter((change) => change.bucket === bucket).map(({ key }) => key);
    if (keys.length === 0) continue;
    for (const { document } of await find[bucket](trx, { keys })) present.set(`${bucket}/${document.key}`, document);
  }
  for (const [name, { bucket, key }] of changed) await publish(present.get(name) ?? { bucket, key, value: null });
  return rows.length;
}
