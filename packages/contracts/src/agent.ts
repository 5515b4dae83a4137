import { z } from 'zod';
import { cidrSchema } from './cidr.ts';
import { accountIdSchema, agentIdSchema } from './ids.ts';
import { sealedSchema } from './sealed.ts';
import { instantSchema } from './time.ts';

/** An AI agent runtime: where its calls are sent, and how its own INVITEs are recognised. Published in KV bucket `agents`. */
export const agentSchema = z.strictObject({
  id: agentIdSchema,
  account: accountIdSchema,
  name: z.string().min(1).max(255),
  /** SIP URI (RFC 3261 §19.1). Without a user part the called number takes its place. */
  uri: z.string().min(5).max(512),
  /** Digest credentials of the runtime's own INVITEs; the user name is unique over all accounts. */
  auth: z.strictObject({ username: z.string().min(3).max(128), password: sealedSchema }).nullable(),
  /** Sources whose INVITEs are the runtime's without digest. */
  acl: z.array(cidrSchema).max(256),
  is_active: z.boolean(),
  created_at: instantSchema,
  updated_at: instantSchema,
});
export type Agent = z.infer<typeof agentSchema>;
