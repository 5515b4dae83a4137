import type { Kysely } from 'kysely';
import { mostForgotten } from '../limits.ts';
import type { CleaningStore } from '../store.ts';
import { guard } from './guard.ts';
import type { Tables } from './tables.ts';
import { noteToken } from './token-store.ts';

export function createCleaningStore(db: Kysely<Tables>): CleaningStore {
  return {
    forgetTokens: (ended_before) =>
      guard(() =>
        db.transaction().execute(async (trx) => {
          const ended = trx.selectFrom('tokens').select('id').where('expires_at', '<', ended_before);
          const gone = await trx
            .deleteFrom('tokens')
            .where('id', 'in', ended.limit(mostForgotten))
            .returning('hash')
            .execute();
          for (const { hash } of gone) await noteToken(trx, hash);
          return gone.length;
        }),
      ),

    forgetExecutions: (over_before) =>
      guard(async () => {
        const over = db
          .selectFrom('executions')
          .select('id')
          .where('open', '=', false)
          .where('updated_at', '<', over_before);
        const gone = await db.deleteFrom('executions').where('id', 'in', over.limit(mostForgotten)).executeTakeFirst();
        return Number(gone.numDeletedRows);
      }),
  };
}
