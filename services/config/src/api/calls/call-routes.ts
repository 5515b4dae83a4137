import { callIdSchema } from '@trunkline/contracts/ids';
import { z } from 'zod';
import { executionStatuses } from '../../calls/execution.ts';
import type { ApiParts, Routes, Scope } from '../api-parts.ts';
import { errorAnswers } from '../error-body.ts';
import { readId } from '../read-id.ts';
import { problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { createCall } from './create-call.ts';
import { executionAnswer, executionAnswerSchema } from './execution-answer.ts';
import { executionMissing, stopCall } from './stop-call.ts';

const mostAtOnce = 200;
const limitError = `must be a whole number from 1 to ${mostAtOnce}`;

const querystring = z.object({
  limit: z.coerce
    .number({ error: limitError })
    .int(limitError)
    .min(1, limitError)
    .max(mostAtOnce, limitError)
    .default(50),
  cursor: callIdSchema.optional(),
  status: z.enum(executionStatuses, { error: `must be one of ${executionStatuses.join(', ')}` }).optional(),
});
const pageSchema = z.object({ data: z.array(executionAnswerSchema), next_cursor: z.string().nullable() });

/** Calls that are asked for over the API, in the Bolna dialect. */
export const callRoutes: Routes = async (scope, parts) => {
  createCall(scope, parts);
  stopCall(scope, parts);
  readExecutions(scope, parts);
};

function readExecutions(scope: Scope, { store }: ApiParts): void {
  scope.get(
    '/executions',
    {
      schema: {
        summary: 'List calls that were asked for, newest first',
        querystring,
        response: { 200: pageSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const { limit, cursor: before, status } = request.query;
      const more = { ...(before === undefined ? {} : { before }), ...(status === undefined ? {} : { status }) };
      const found = await store.executions(accessOf(request).account, { limit, ...more });
      const next_cursor = found.length < limit ? null : (found.at(-1)?.id ?? null);
      return { data: found.map(executionAnswer), next_cursor };
    },
  );
  scope.get(
    '/executions/:execution_id',
    {
      schema: {
        summary: 'Show how far a call has come',
        description:
          'The record of the call itself, with its explanation and every INVITE, is at `/calls/{provider_call_id}` of the status service. ' +
          'It bears the id of the execution unless the call was tried more than once.',
        params: z.object({ execution_id: z.string() }),
        response: { 200: executionAnswerSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const id = readId(callIdSchema, request.params.execution_id, executionMissing);
      const execution = await store.execution(accessOf(request).account, id);
      if (execution === undefined) throw new Refusal(problem(404, executionMissing));
      return executionAnswer(execution);
    },
  );
}
