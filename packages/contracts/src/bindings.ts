import { z } from 'zod';
import { accountIdSchema, agentIdSchema, trunkIdSchema } from './ids.ts';
import { instantSchema } from './time.ts';

/** One Contact of an address-of-record (RFC 3261 §10). */
export const bindingSchema = z.strictObject({
  /** The Contact's URI as it was given: Request-URI of calls to it. */
  contact: z.string().min(5).max(512),
  /** 0 to 1; higher is tried first. */
  q: z.number().min(0).max(1),
  expires_at: instantSchema,
  sip_call_id: z.string().max(256),
  cseq: z.number().int().nonnegative(),
  /**
   * A SIP URI of where the REGISTER came from, when that is not where the Contact says: behind NAT, or over a connection that its
   * owner opened. Null: calls go where the Contact says.
   */
  next_hop: z.string().max(256).nullable(),
  /** RFC 3327: proxies on the way to the Contact, the nearest to us first, as the REGISTER's Path gave them. Absent: none. */
  path: z.array(z.string().max(512)).max(8).optional(),
});
export type Binding = z.infer<typeof bindingSchema>;

/** More at once than one runtime needs. */
export const maxBindings = 10;

/** KV bucket `bindings`: who is registered with us, shared so that every edge reaches them. */
export const bindingsSchema = z.strictObject({
  kind: z.enum(['agent', 'trunk']),
  id: z.union([agentIdSchema, trunkIdSchema]),
  account: accountIdSchema,
  bindings: z.array(bindingSchema).max(maxBindings),
});
export type Bindings = z.infer<typeof bindingsSchema>;

/** An agent with this host in its URI has no fixed place: it is reached where it has registered (RFC 2606 §2 keeps the name free). */
export const registeredHost = 'registered.invalid';
