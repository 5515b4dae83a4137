import { type AgentId, agentIdSchema, callIdSchema } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Execution } from '../../calls/execution.ts';
import { newExecution } from '../../calls/new-execution.ts';
import type { Conflict } from '../../store/faults.ts';
import { numberKey } from '../../store/number-key.ts';
import type { CallerNumber } from '../../store/store.ts';
import type { ApiParts, Scope } from '../api-parts.ts';
import { numberMissing } from '../bolna/number-routes.ts';
import { conflictProblem } from '../conflict-problem.ts';
import { errorAnswers } from '../error-body.ts';
import { readId } from '../read-id.ts';
import { type Problem, problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { write } from '../write.ts';
import { type CallBody, callBodySchema, partiesOf } from './call-body.ts';
import { chooseCaller } from './choose-caller.ts';

const agentMissing = 'Agent not found';
/** A time that is past by no more is taken for now: clocks differ. */
const past_ms = 60_000;
const furthest_ms = 366 * 24 * 3_600_000;

export const doneSchema = z.object({
  message: z.literal('done'),
  status: z.enum(['queued', 'scheduled', 'stopped']),
  execution_id: z.string(),
});

/** `POST /call`: stored at once, placed by the dialler. */
export function createCall(scope: Scope, parts: ApiParts): void {
  scope.post(
    '/call',
    {
      schema: {
        summary: 'Call a number and connect it with an agent',
        description:
          'Also takes `recipient: {phone_number}` and `from_number`. Without a sender the number that is mapped to the agent calls. ' +
          'Variables in `user_data` reach the agent as header fields `X-<name>`, percent-encoded where they are not plain text.',
        body: callBodySchema,
        response: { 200: doneSchema, ...errorAnswers },
      },
    },
    async (request, reply) => {
      const execution = await executionOf(request, request.body, parts);
      await write(request, reply, parts, {
        status: 200,
        run: (writes) => writes.createExecution(execution),
        refuse: callProblem,
        answer: ({ id, scheduled_at }) => ({
          message: 'done',
          status: scheduled_at === null ? 'queued' : 'scheduled',
          execution_id: id,
        }),
      });
      return reply;
    },
  );
}

function callProblem(fault: Conflict): Problem {
  if (fault.kind !== 'account-full') return conflictProblem(fault, { number: '' });
  return problem(
    409,
    `The account has ${fault.most} calls that are waiting or up, the most it may: wait for some to end`,
  );
}

async function executionOf(request: FastifyRequest, body: CallBody, parts: ApiParts): Promise<Execution> {
  const { account } = accessOf(request);
  const now = parts.clock.now();
  const scheduled_at = readTime(body.scheduled_at ?? null, now);
  const agent = readId(agentIdSchema, body.agent_id, agentMissing);
  const stored = await parts.store.agent(account, agent);
  if (stored === undefined) throw new Refusal(problem(404, agentMissing, 'agent_id'));
  if (!stored.agent.is_active) throw new Refusal(problem(422, 'agent_id must be of an active agent', 'agent_id'));
  const caller = await callerOf(account, agent, body, parts);
  return newExecution({
    id: callIdSchema.parse(parts.ids.ulid()),
    account,
    agent,
    trunk: caller.trunk.id,
    from: caller.number,
    to: partiesOf(body).to,
    // It was read from JSON, so it is nothing else.
    user_data: (body.user_data ?? {}) as Execution['user_data'],
    scheduled_at,
    retry: body.retry_config ?? null,
    now,
  });
}

function readTime(text: string | null, now: Instant): Instant | null {
  if (text === null) return null;
  const at = Date.parse(text);
  if (at < now - past_ms || at > now + furthest_ms) {
    throw new Refusal(problem(400, 'scheduled_at must be a time to come, within a year', 'scheduled_at'));
  }
  return at <= now ? null : (at as Instant);
}

async function callerOf(
  account: Execution['account'],
  agent: AgentId,
  body: CallBody,
  { store, clock }: ApiParts,
): Promise<CallerNumber> {
  const { from, fromPath } = partiesOf(body);
  const numbers = await store.callerNumbers(account, from === undefined ? { agent } : { key: numberKey(from) });
  const chosen = chooseCaller(numbers, fromPath, clock.now());
  if (chosen.ok) return chosen.value;
  if (chosen.fault !== undefined) throw new Refusal(chosen.fault);
  if (from !== undefined) throw new Refusal(problem(404, numberMissing, fromPath));
  throw new Refusal(problem(400, 'from_phone_number must be given: no number is mapped to the agent', fromPath));
}
