import { z } from 'zod';
import { accountIdSchema, eventIdSchema } from '../ids.ts';
import { instantSchema } from '../time.ts';

/** What every event has. `id` is its `Nats-Msg-Id`: publishing twice delivers once. */
export const eventBase = {
  id: eventIdSchema,
  at: instantSchema,
  account: accountIdSchema.nullable(),
};

export const eventBaseSchema = z.strictObject(eventBase);
