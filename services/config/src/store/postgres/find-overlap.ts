import type { Trunk } from '@trunkline/contracts/trunk';
import { sql, type Transaction } from 'kysely';
import { extensionsOf } from '../claims.ts';
import type { Conflict } from '../faults.ts';
import type { Tables } from './tables.ts';

/** Held while extensions and addresses are compared. Any number, the same in every version. */
const overlapLock = 7_872_002;

/**
 * Whether another account's active trunk has one of this trunk's extensions at overlapping addresses. Within an account an
 * extension is on one trunk anyway, and a telephone number on one of all.
 */
export async function findOverlap(trx: Transaction<Tables>, trunk: Trunk): Promise<Conflict | undefined> {
  const extensions = extensionsOf(trunk);
  if (extensions.length === 0) return undefined;
  await sql`select pg_advisory_xact_lock(${overlapLock})`.execute(trx);
  const found = await sql<{ number_key: string; cidr: string }>`
    select numbers.number_key, mine.cidr
    from numbers
    join trunks on trunks.id = numbers.trunk_id and trunks.direction <> 'outbound'
    join acl on acl.trunk_id = trunks.id
    join unnest(${trunk.acl}::text[]) as mine (cidr) on mine.cidr::inet && acl.cidr::inet
    where numbers.live and strpos(numbers.claim, ':') > 0
      and numbers.number_key = any (${extensions}::text[]) and numbers.account_id <> ${trunk.account}
    limit 1`.execute(trx);
  const first = found.rows[0];
  return first === undefined
    ? undefined
    : { kind: 'overlap', number: first.number_key, cidr: first.cidr, holder: null };
}
