import { callIdSchema } from '@trunkline/contracts/ids';
import { z } from 'zod';
import { applyEvent } from '../../calls/apply-event.ts';
import { phaseOf } from '../../calls/execution-table.ts';
import { accept, refuse } from '../../result.ts';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { ApiParts, Scope } from '../api-parts.ts';
import { conflictProblem } from '../conflict-problem.ts';
import { errorAnswers } from '../error-body.ts';
import { readId } from '../read-id.ts';
import { type Problem, problem } from '../refusal.ts';
import { write } from '../write.ts';
import { doneSchema } from './create-call.ts';

export const executionMissing = 'Execution not found';

/** `POST /call/{execution_id}/stop`: a call that waits is not made, one that rings or is up is ended. */
export function stopCall(scope: Scope, parts: ApiParts): void {
  const { clock, ids } = parts;
  scope.post(
    '/call/:execution_id/stop',
    {
      schema: {
        summary: 'Stop a call: one that waits is not made, one that rings or is up is ended',
        params: z.object({ execution_id: z.string() }),
        response: { 200: doneSchema, ...errorAnswers },
      },
    },
    async (request, reply) => {
      const id = readId(callIdSchema, request.params.execution_id, executionMissing);
      await write(request, reply, parts, {
        status: 200,
        run: (writes) =>
          writes.stopExecution<Problem>(id, (present) => {
            const phase = phaseOf(present);
            const over = phase === 'over' || phase === 'stopping';
            if (over) return refuse(problem(409, `The call cannot be stopped any more: it is ${present.status}`));
            const newCall = () => callIdSchema.parse(ids.ulid());
            return accept(applyEvent(present, { type: 'stop' }, { now: clock.now(), newCall }) ?? present);
          }),
        refuse: stopProblem,
        answer: () => ({ message: 'done', status: 'stopped', execution_id: id }),
      });
      return reply;
    },
  );
}

function stopProblem(fault: Problem | Conflict | NotFound): Problem {
  if ('status' in fault) return fault;
  return fault.kind === 'not-found' ? problem(404, executionMissing) : conflictProblem(fault, { number: '' });
}
