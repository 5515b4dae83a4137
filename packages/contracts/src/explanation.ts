import { z } from 'zod';
import { causeSchema } from './causes.ts';
import { accountIdSchema, agentIdSchema, trunkIdSchema } from './ids.ts';

/** How a candidate came to be considered. */
export const foundBySchema = z.enum(['acl', 'digest', 'registration', 'number', 'api']);
export type FoundBy = z.infer<typeof foundBySchema>;

/** Why a candidate was not the one. */
export const leftOutSchema = z.enum([
  'source-not-in-acl',
  'credentials-missing',
  'credentials-wrong',
  'number-not-on-trunk',
  'caller-number-not-on-trunk',
  'trunk-inactive',
  'trunk-expired',
  'inbound-disabled',
  'outbound-disabled',
  'agent-inactive',
  'ambiguous',
  'other-account',
]);
export type LeftOut = z.infer<typeof leftOutSchema>;

export const candidateSchema = z.strictObject({
  kind: z.enum(['trunk', 'agent']),
  id: z.union([trunkIdSchema, agentIdSchema]),
  account: accountIdSchema,
  name: z.string(),
  found_by: z.array(foundBySchema),
  chosen: z.boolean(),
  /** Null exactly when chosen. */
  left_out: leftOutSchema.nullable(),
  /** One sentence with the facts at hand: `127.0.0.9 is in none of 203.0.113.0/24, 198.51.100.7/32`. */
  detail: z.string().nullable(),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** At most this many candidates are listed; `candidates_total` says how many there were. */
export const maxCandidatesListed = 16;

/** What admission saw and decided, in full: kept in the record of every attempt and answered by a dry run. */
export const explanationSchema = z.strictObject({
  decision: z.enum(['accepted', 'challenged', 'refused', 'dropped']),
  /** Null when accepted. */
  cause: causeSchema.nullable(),
  summary: z.string(),
  candidates: z.array(candidateSchema).max(maxCandidatesListed),
  candidates_total: z.number().int().nonnegative(),
});
export type Explanation = z.infer<typeof explanationSchema>;
