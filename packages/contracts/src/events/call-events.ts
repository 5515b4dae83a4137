import { z } from 'zod';
import { callRecordSchema, directionSchema } from '../call-record.ts';
import { agentIdSchema, callIdSchema, edgeIdSchema, trunkIdSchema } from '../ids.ts';
import { eventBase } from './event.ts';

const callEventBase = { ...eventBase, call: callIdSchema, edge: edgeIdSchema, trunk: trunkIdSchema.nullable() };

/** An INVITE was admitted and leg B is being called. */
export const callAttemptedSchema = z.strictObject({
  type: z.literal('call.attempted'),
  ...callEventBase,
  direction: directionSchema,
  trunk_name: z.string().nullable(),
  agent: agentIdSchema.nullable(),
  agent_name: z.string().nullable(),
  from: z.string(),
  to: z.string(),
  /** As in the record: what is left of a call whose edge is lost. Absent in events of before. */
  sip_call_id: callRecordSchema.shape.sip_call_id.optional(),
  source: callRecordSchema.shape.source.optional(),
});
/** The callee's side sent its first provisional response above 100. */
export const callRingingSchema = z.strictObject({ type: z.literal('call.ringing'), ...callEventBase });
/** Leg B answered and leg A was told. */
export const callAnsweredSchema = z.strictObject({ type: z.literal('call.answered'), ...callEventBase });
/** An admitted call is over, answered or not. */
export const callEndedSchema = z.strictObject({
  type: z.literal('call.ended'),
  ...callEventBase,
  record: callRecordSchema,
});
/** Admission refused the INVITE. */
export const callRefusedSchema = z.strictObject({
  type: z.literal('call.refused'),
  ...callEventBase,
  record: callRecordSchema,
});

export const callEventSchema = z.discriminatedUnion('type', [
  callAttemptedSchema,
  callRingingSchema,
  callAnsweredSchema,
  callEndedSchema,
  callRefusedSchema,
]);
export type CallEvent = z.infer<typeof callEventSchema>;
