import { z } from 'zod';
import { edgeIdSchema } from './ids.ts';
import { instantSchema } from './time.ts';

/** KV bucket `edges`, written by each edge every {@link heartbeatInterval_ms}; readers take it as gone after {@link heartbeatLifetime_ms}. */
export const edgeHeartbeatSchema = z.strictObject({
  edge: edgeIdSchema,
  at: instantSchema,
  started_at: instantSchema,
  /** Highest revision of bucket `trunks` and of bucket `agents` that admission uses. */
  applied: z.strictObject({ trunks: z.number().int().nonnegative(), agents: z.number().int().nonnegative() }),
  calls: z.number().int().nonnegative(),
  draining: z.boolean(),
});
export type EdgeHeartbeat = z.infer<typeof edgeHeartbeatSchema>;

export const heartbeatInterval_ms = 2_000;
export const heartbeatLifetime_ms = 7_000;
