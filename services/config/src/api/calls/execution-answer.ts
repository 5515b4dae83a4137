import { causeTable } from '@trunkline/contracts/causes';
import { z } from 'zod';
import {
  type End,
  type Execution,
  executionStatusSchema,
  hangupParties,
  retryConfigSchema,
} from '../../calls/execution.ts';
import { iso } from '../iso.ts';

const statusTold = z.object({ status: executionStatusSchema, at: z.string() });

export const executionAnswerSchema = z.object({
  id: z.string(),
  agent_id: z.string(),
  status: executionStatusSchema,
  /** Why there was no call, or how it ended otherwise than by somebody hanging up; null when there is nothing to say. */
  error_message: z.string().nullable(),
  conversation_duration: z.number().meta({ description: 'Seconds from answer to end' }),
  conversation_time: z.number().meta({ description: 'The same as conversation_duration' }),
  created_at: z.string(),
  updated_at: z.string(),
  scheduled_at: z.string().nullable(),
  user_data: z.record(z.string(), z.unknown()),
  telephony_data: z.object({
    duration: z.number().meta({ description: 'Seconds from answer to end' }),
    to_number: z.string(),
    from_number: z.string(),
    provider: z.literal('sip-trunk'),
    provider_call_id: z.string().meta({
      description: 'The call of the present try: its record is at /calls/{id} of the status service',
    }),
    byot_trunk_id: z.string(),
    call_type: z.literal('outbound'),
    hangup_by: z.enum(hangupParties).nullable(),
    hangup_reason: z.string().nullable(),
    hangup_provider_code: z.number().nullable().meta({ description: 'Cause of ITU-T Q.850' }),
  }),
  retry_config: retryConfigSchema.nullable(),
  retry_count: z.number(),
  retry_history: z.array(
    z.object({
      attempt: z.number(),
      status: executionStatusSchema,
      at: z.string(),
      hangup_reason: z.string(),
      provider_call_id: z.string(),
    }),
  ),
  status_history: z.array(statusTold),
});
export type ExecutionAnswer = z.infer<typeof executionAnswerSchema>;

const second_ms = 1_000;
/** Statuses whose reason is told by the status itself. */
const selfEvident: ReadonlySet<string> = new Set(['completed', 'stopped', 'canceled']);

/** Pure: the response body of an execution. */
export function executionAnswer(execution: Execution): ExecutionAnswer {
  const { end, retries, scheduled_at } = execution;
  const duration = (end?.duration_ms ?? 0) / second_ms;
  return {
    id: execution.id,
    agent_id: execution.agent,
    status: execution.status,
    error_message: messageOf(execution),
    conversation_duration: duration,
    conversation_time: duration,
    created_at: iso(execution.created_at),
    updated_at: iso(execution.updated_at),
    scheduled_at: scheduled_at === null ? null : iso(scheduled_at),
    user_data: execution.user_data,
    telephony_data: {
      duration,
      to_number: execution.to,
      from_number: execution.from,
      provider: 'sip-trunk',
      provider_call_id: execution.call,
      byot_trunk_id: execution.trunk,
      call_type: 'outbound',
      hangup_by: end?.by ?? null,
      hangup_reason: end?.reason ?? null,
      hangup_provider_code: codeOf(end),
    },
    retry_config: execution.retry,
    retry_count: retries.length,
    retry_history: retries.map((retry, index) => ({
      attempt: index + 1,
      status: retry.status,
      at: iso(retry.end.at),
      hangup_reason: retry.end.reason,
      provider_call_id: retry.call,
    })),
    status_history: execution.history.map(({ status, at }) => ({ status, at: iso(at) })),
  };
}

function codeOf(end: End | null): number | null {
  return end === null || end.cause === null ? null : causeTable[end.cause].q850;
}

function messageOf({ status, end, retries }: Execution): string | null {
  const told = end ?? (status === 'rescheduled' ? retries.at(-1)?.end : undefined);
  if (told === undefined || selfEvident.has(status)) return null;
  return told.cause === null ? 'No edge answered' : causeTable[told.cause].text;
}
