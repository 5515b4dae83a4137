import { z } from 'zod';

/** Crockford base 32, 26 characters, first at most 7: a ULID. */
const ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'must be a ULID');

export const accountIdSchema = ulid.brand<'AccountId'>();
export const trunkIdSchema = ulid.brand<'TrunkId'>();
export const gatewayIdSchema = ulid.brand<'GatewayId'>();
export const numberIdSchema = ulid.brand<'NumberId'>();
export const agentIdSchema = ulid.brand<'AgentId'>();
export const callIdSchema = ulid.brand<'CallId'>();
export const eventIdSchema = ulid.brand<'EventId'>();
/** Chosen by the operator, unique per running edge; a NATS subject token. */
export const edgeIdSchema = z
  .string()
  .regex(/^[a-zA-Z0-9-]{1,40}$/, 'must be 1 to 40 letters, digits or hyphens')
  .brand<'EdgeId'>();
/** The Call-ID header of one leg (RFC 3261 §20.8); not to be mixed up with our {@link CallId}. */
export const sipCallIdSchema = z.string().min(1).brand<'SipCallId'>();

export type AccountId = z.infer<typeof accountIdSchema>;
export type TrunkId = z.infer<typeof trunkIdSchema>;
export type GatewayId = z.infer<typeof gatewayIdSchema>;
export type NumberId = z.infer<typeof numberIdSchema>;
export type AgentId = z.infer<typeof agentIdSchema>;
export type CallId = z.infer<typeof callIdSchema>;
export type EventId = z.infer<typeof eventIdSchema>;
export type EdgeId = z.infer<typeof edgeIdSchema>;
export type SipCallId = z.infer<typeof sipCallIdSchema>;
