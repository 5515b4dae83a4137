import { causeSchema } from '@trunkline/contracts/causes';
import { accountIdSchema, agentIdSchema, callIdSchema, trunkIdSchema } from '@trunkline/contracts/ids';
import { instantSchema } from '@trunkline/contracts/time';
import { z } from 'zod';

/** How far a call that was asked for over the API has come, in the words of the Bolna dialect. */
export const executionStatuses = [
  'scheduled',
  'queued',
  'rescheduled',
  'initiated',
  'ringing',
  'in-progress',
  'call-disconnected',
  'completed',
  'busy',
  'no-answer',
  'canceled',
  'failed',
  'stopped',
  'error',
] as const;
export const executionStatusSchema = z.enum(executionStatuses);
export type ExecutionStatus = z.infer<typeof executionStatusSchema>;

export const retryStatuses = ['no-answer', 'busy', 'failed', 'error'] as const;
export const mostRetries = 3;

export const retryConfigSchema = z.strictObject({
  enabled: z.boolean(),
  max_retries: z.number().int().min(1).max(mostRetries),
  retry_on_statuses: z.array(z.enum(retryStatuses)),
  /** Taken and given back; nobody here listens for a voicemail. */
  retry_on_voicemail: z.boolean(),
  /** Before the first retry, the second, …; the last one goes for those that follow. */
  retry_intervals_minutes: z.array(z.number().int().positive()).min(1),
});
export type RetryConfig = z.infer<typeof retryConfigSchema>;

/** Statuses told of one execution; the oldest are left out beyond that. */
export const mostStatusesTold = 64;

export const hangupParties = ['API Request', 'Callee', 'Caller', 'Carrier', 'Error'] as const;

/** How a call ended, or why there was none. */
const endSchema = z.strictObject({
  at: instantSchema,
  cause: causeSchema.nullable(),
  reason: z.string(),
  by: z.enum(hangupParties),
  /** From answer to end. */
  duration_ms: z.number().int().nonnegative(),
});
export type End = z.infer<typeof endSchema>;

/** One call that was asked for over the API, with all its tries. */
export const executionSchema = z.strictObject({
  /** Also the id of the first call that an edge is asked to place. */
  id: callIdSchema,
  account: accountIdSchema,
  agent: agentIdSchema,
  trunk: trunkIdSchema,
  /** The caller's number as it is on the trunk. */
  from: z.string(),
  to: z.string(),
  /** For the agent, as given. */
  user_data: z.record(z.string(), z.json()),
  scheduled_at: instantSchema.nullable(),
  retry: retryConfigSchema.nullable(),
  status: executionStatusSchema,
  history: z.array(z.strictObject({ status: executionStatusSchema, at: instantSchema })).max(mostStatusesTold),
  /** Id of the present try: an edge remembers a refusal under its id, so whatever is tried anew has a new one. */
  call: callIdSchema,
  /** When an edge was last asked to place `call`; null: never, so no edge can have it. */
  asked_at: instantSchema.nullable(),
  /** When the dialler has to do something; null: nothing is to be done. */
  due_at: instantSchema.nullable(),
  /** Until when a call that finds no room waits for one; null while it does not wait. */
  queued_until: instantSchema.nullable(),
  /** Times in a row that there was no room, or no answer. */
  put_off: z.number().int().nonnegative(),
  /** While a stopped call may be up on an edge: until when it is told to end. */
  hangup_until: instantSchema.nullable(),
  /** Tries that ended and were followed by another. */
  retries: z
    .array(z.strictObject({ call: callIdSchema, status: executionStatusSchema, end: endSchema }))
    .max(mostRetries),
  answered_at: instantSchema.nullable(),
  end: endSchema.nullable(),
  created_at: instantSchema,
  updated_at: instantSchema,
});
export type Execution = z.infer<typeof executionSchema>;
