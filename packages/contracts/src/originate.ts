import { z } from 'zod';
import { causeSchema } from './causes.ts';
import { accountIdSchema, agentIdSchema, callIdSchema, trunkIdSchema } from './ids.ts';

/**
 * Request on `edge.originate` (queue group, so that one edge takes it): ring `to` through a trunk of the account and, when it
 * answers, connect it with the agent.
 */
export const originateRequestSchema = z.strictObject({
  /** Chosen by who asks, so that a request sent twice makes one call: the record bears this id. */
  call: callIdSchema,
  account: accountIdSchema,
  agent: agentIdSchema,
  /** The caller's number, one of the trunk's. */
  from: z.string().min(1).max(64),
  /** Whom to ring. */
  to: z.string().min(1).max(64),
  /** Null: the active outbound trunk that `from` belongs to. */
  trunk: trunkIdSchema.nullable(),
  ring_timeout_s: z.number().int().min(5).max(300),
  /** Extra header fields of the INVITE to the agent; names begin with `X-`. */
  headers: z.record(z.string().regex(/^X-[A-Za-z0-9-]{1,60}$/), z.string().regex(/^[\x20-\x7e]{0,1024}$/)),
});
export type OriginateRequest = z.infer<typeof originateRequestSchema>;

/** `ok` once the edge has taken the call over: how it goes on is told by its events. */
export const originateReplySchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), call: callIdSchema }),
  z.strictObject({ ok: z.literal(false), cause: causeSchema, message: z.string() }),
]);
export type OriginateReply = z.infer<typeof originateReplySchema>;

/** Reply on `call.<call>.hangup`, by the edge that has the call; nobody answers for a call that no edge has. */
export const hangupReplySchema = z.strictObject({ ok: z.boolean() });
export type HangupReply = z.infer<typeof hangupReplySchema>;

export const originateSubject = 'edge.originate';
export const originateQueue = 'edges';
