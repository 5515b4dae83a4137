import { type NumberId, numberIdSchema, trunkIdSchema } from '@trunkline/contracts/ids';
import { z } from 'zod';
import { accept, type Result, refuse } from '../../result.ts';
import { mostNumbers } from '../../store/limits.ts';
import type { StoredTrunk } from '../../store/store.ts';
import type { Routes } from '../api-parts.ts';
import { errorAnswers } from '../error-body.ts';
import { readId } from '../read-id.ts';
import { type Problem, problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { newNumber } from './new-number.ts';
import { mappedNumber, mappedNumberSchema, numberAnswer, numberAnswerSchema } from './number-answer.ts';
import { numberBodySchema } from './number-body.ts';
import { trunkMissing, writtenTrunk } from './written-trunk.ts';

export const numberMissing = 'SIP trunk phone number not found in database';

const trunkParams = z.object({ id: z.string() });
const numberParams = z.object({ id: z.string(), number_id: z.string() });

/** Pure: the trunk without one of its numbers. */
function withoutNumber(
  stored: StoredTrunk,
  id: NumberId,
  now: StoredTrunk['trunk']['updated_at'],
): Result<StoredTrunk, Problem> {
  const numbers = stored.trunk.numbers.filter((number) => number.id !== id);
  if (numbers.length === stored.trunk.numbers.length) return refuse(problem(404, numberMissing));
  return accept({ ...stored, trunk: { ...stored.trunk, numbers, updated_at: now } });
}

export const numberRoutes: Routes = async (scope, parts) => {
  const { store, clock, ids } = parts;

  scope.post(
    '/sip-trunks/trunks/:id/numbers',
    {
      schema: { params: trunkParams, body: numberBodySchema, response: { 201: numberAnswerSchema, ...errorAnswers } },
    },
    async (request, reply) => {
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const now = clock.now();
      const added = newNumber(request.body, ids.ulid(), now);
      const changed = await store.changeTrunk<Problem>(accessOf(request).account, id, (stored) => {
        const { numbers } = stored.trunk;
        if (numbers.length >= mostNumbers) {
          return refuse(problem(400, `The trunk has ${mostNumbers} numbers, the most it may: add another trunk`));
        }
        return accept({ ...stored, trunk: { ...stored.trunk, numbers: [...numbers, added], updated_at: now } });
      });
      writtenTrunk(changed, 'phone_number');
      parts.committed();
      return reply.code(201).send(numberAnswer(id, added));
    },
  );

  scope.get(
    '/sip-trunks/trunks/:id/numbers',
    { schema: { params: trunkParams, response: { 200: z.array(numberAnswerSchema), ...errorAnswers } } },
    async (request) => {
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const stored = await store.trunk(accessOf(request).account, id);
      if (stored === undefined) throw new Refusal(problem(404, trunkMissing));
      return stored.trunk.numbers.map((number) => numberAnswer(id, number));
    },
  );

  scope.delete(
    '/sip-trunks/trunks/:id/numbers/:number_id',
    { schema: { params: numberParams, response: { 200: z.object({ message: z.string() }), ...errorAnswers } } },
    async (request) => {
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const number = readId(numberIdSchema, request.params.number_id, numberMissing);
      const now = clock.now();
      const changed = await store.changeTrunk(accessOf(request).account, id, (stored) =>
        withoutNumber(stored, number, now),
      );
      writtenTrunk(changed, 'phone_number');
      parts.committed();
      return { message: 'Phone number removed successfully' };
    },
  );

  scope.get(
    '/phone-numbers/all',
    { schema: { response: { 200: z.array(mappedNumberSchema), ...errorAnswers } } },
    async (request) => {
      const trunks = await store.trunks(accessOf(request).account, {});
      return trunks.flatMap(({ trunk }) => trunk.numbers.map((number) => mappedNumber(trunk.id, number)));
    },
  );
};
