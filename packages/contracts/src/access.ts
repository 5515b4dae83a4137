import { z } from 'zod';
import { accountIdSchema } from './ids.ts';
import { instantSchema } from './time.ts';

export const roles = ['owner', 'admin', 'member'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/**
 * What a bearer token allows. KV bucket `tokens` holds it under the SHA-256 (hex) of the token, so that a service can
 * check a token while the config service is away; the token itself is nowhere.
 */
export const accessSchema = z.strictObject({
  account: accountIdSchema,
  role: roleSchema,
  /** The account that runs this installation: it also sees what belongs to no account. */
  operator: z.boolean(),
  expires_at: instantSchema.nullable(),
});
export type Access = z.infer<typeof accessSchema>;

/** RFC 6750 §2.1. Undefined when the header is absent or of another scheme. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization)?.[1];
}
