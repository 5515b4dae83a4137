import { z } from 'zod';
import { causeSchema } from './causes.ts';
import { accountIdSchema, agentIdSchema, type CallId, callIdSchema, trunkIdSchema } from './ids.ts';

/**
 * Request on `edge.originate` (queue group, so that one edge takes it): ring `to` through a trunk of the account and, when it
 * answers, connect it with the agent. Trunk, number formats, gateways and limits are those of a call that the agent makes itself.
 *
 * Told of the call, as of any other: `call.attempted` (direction `outbound`) before the reply; `call.ringing`; `call.answered`
 * once the callee has answered, while the agent is being called (for 20 seconds at most); `call.ended` with the record, whose `id` is `call`. An agent
 * that refuses, does not answer or cannot be reached ends the call with the cause `agent-refused`, `agent-no-answer` or
 * `agent-unreachable` and outcome `failed`. A refusal is told in the reply and as `call.refused`, with the record under the same id.
 */
export const originateRequestSchema = z.strictObject({
  /**
   * Chosen by who asks: the record bears this id. A request sent twice makes one call and gets the same reply twice; an edge
   * remembers the newest ten thousand ids for ten minutes.
   */
  call: callIdSchema,
  account: accountIdSchema,
  agent: agentIdSchema,
  /** The caller's number, one of the trunk's. */
  from: z.string().min(1).max(64),
  /** Whom to ring. */
  to: z.string().min(1).max(64),
  /** Null: the active outbound trunk that `from` belongs to. */
  trunk: trunkIdSchema.nullable(),
  /** How long `to` may ring. */
  ring_timeout_s: z.number().int().min(5).max(300),
  /** Extra header fields of the INVITE to the agent; names begin with `X-`, those that begin with `X-Trunkline-` are ours. */
  headers: z.record(z.string().regex(/^X-[A-Za-z0-9-]{1,60}$/), z.string().regex(/^[\x20-\x7e]{0,1024}$/)),
});
export type OriginateRequest = z.infer<typeof originateRequestSchema>;

/** `ok` once the edge has taken the call over: how it goes on is told by its events. */
export const originateReplySchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), call: callIdSchema }),
  z.strictObject({ ok: z.literal(false), cause: causeSchema, message: z.string() }),
]);
export type OriginateReply = z.infer<typeof originateReplySchema>;

/**
 * Reply on {@link hangupSubject}, by the edge that has the call. The call ends with the cause `hung-up-by-operator`, whatever its
 * phase; `ok` is false when it is ending already. For a call that no edge has, nobody answers: the request ends at once, not
 * after its deadline.
 */
export const hangupReplySchema = z.strictObject({ ok: z.boolean() });
export type HangupReply = z.infer<typeof hangupReplySchema>;

/** Request without payload. */
export function hangupSubject(call: CallId): string {
  return `call.${call}.hangup`;
}

export const originateSubject = 'edge.originate';
export const originateQueue = 'edges';
