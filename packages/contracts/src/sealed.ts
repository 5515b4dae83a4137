import { z } from 'zod';

/**
 * A secret encrypted with AES-256-GCM: `v2.<master key's id>.<nonce>.<ciphertext and tag>`, parts in base64url, under the data key
 * of its account (`v1`: under the master key itself). The only form in which a SIP password is stored or crosses a process
 * boundary.
 */
export const sealedSchema = z
  .string()
  .regex(/^v[12]\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/, 'must be a sealed secret')
  .brand<'Sealed'>();
export type Sealed = z.infer<typeof sealedSchema>;
