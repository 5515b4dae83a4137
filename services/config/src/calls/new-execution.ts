import type { AccountId, AgentId, CallId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { Execution, RetryConfig } from './execution.ts';

/** Pure: a call that was just asked for. */
export function newExecution(wanted: {
  readonly id: CallId;
  readonly account: AccountId;
  readonly agent: AgentId;
  readonly trunk: TrunkId;
  readonly from: string;
  readonly to: string;
  readonly user_data: Execution['user_data'];
  readonly scheduled_at: Instant | null;
  readonly retry: RetryConfig | null;
  readonly now: Instant;
}): Execution {
  const { now, ...said } = wanted;
  const status = said.scheduled_at === null ? 'queued' : 'scheduled';
  return {
    ...said,
    status,
    history: [{ status, at: now }],
    call: said.id,
    asked_at: null,
    due_at: said.scheduled_at ?? now,
    queued_until: null,
    put_off: 0,
    hangup_until: null,
    retries: [],
    answered_at: null,
    end: null,
    created_at: now,
    updated_at: now,
  };
}
