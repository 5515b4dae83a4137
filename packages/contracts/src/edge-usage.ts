import { z } from 'zod';
import { edgeIdSchema } from './ids.ts';

/** Keys in one document; an edge carries fewer calls than that. */
const maxKeys = 100_000;
const countsSchema = z
  .record(z.string().max(64), z.number().int().nonnegative())
  .refine((counts) => Object.keys(counts).length <= maxKeys, 'too many keys');

/**
 * KV bucket `usage`, one key per edge: what counts against limits that hold over all edges. Keys are ids of trunks and of accounts. Written
 * soon after a change and with every heartbeat; readers take it as gone after the heartbeat's lifetime.
 */
export const edgeUsageSchema = z.strictObject({
  edge: edgeIdSchema,
  /** Calls being set up or up; 0 is left out. */
  channels: countsSchema,
  /** Calls admitted since the edge began to count: what was added since the last document was admitted in between. */
  admitted: countsSchema,
});
export type EdgeUsage = z.infer<typeof edgeUsageSchema>;
