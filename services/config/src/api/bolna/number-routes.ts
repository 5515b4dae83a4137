import { type NumberId, numberIdSchema, trunkIdSchema } from '@trunkline/contracts/ids';
import type { TrunkNumber } from '@trunkline/contracts/trunk';
import { z } from 'zod';
import { accept, type Result, refuse } from '../../result.ts';
import type { Conflict, NotFound } from '../../store/faults.ts';
import { mostNumbers } from '../../store/limits.ts';
import type { StoredTrunk, TrunkDraft } from '../../store/store.ts';
import type { Routes } from '../api-parts.ts';
import { errorAnswers } from '../error-body.ts';
import { nextStamp } from '../next-stamp.ts';
import { readId } from '../read-id.ts';
import { type Problem, problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { checkVersion } from '../versions.ts';
import { changeAnswers, waitQuery, write } from '../write.ts';
import { newNumber } from './new-number.ts';
import { mappedNumber, mappedNumberSchema, numberAnswer, numberAnswerSchema } from './number-answer.ts';
import { numberBodySchema } from './number-body.ts';
import { trunkMissing, trunkProblem, writtenDocument } from './written-trunk.ts';

export const numberMissing = 'SIP trunk phone number not found in database';

const trunkParams = z.object({ id: z.string() });
const numberParams = z.object({ id: z.string(), number_id: z.string() });

/** Pure: the trunk without one of its numbers. */
function withoutNumber(
  stored: StoredTrunk,
  id: NumberId,
  now: StoredTrunk['trunk']['updated_at'],
): Result<TrunkDraft, Problem> {
  const numbers = stored.trunk.numbers.filter((number) => number.id !== id);
  if (numbers.length === stored.trunk.numbers.length) return refuse(problem(404, numberMissing));
  const updated_at = nextStamp(now, stored.trunk.updated_at);
  return accept({ ...stored, trunk: { ...stored.trunk, numbers, updated_at } });
}

/** Pure: the trunk with one more number. */
function withNumber(stored: StoredTrunk, added: TrunkNumber): Result<TrunkDraft, Problem> {
  const { numbers, updated_at } = stored.trunk;
  if (numbers.length >= mostNumbers) {
    return refuse(problem(400, `The trunk has ${mostNumbers} numbers, the most it may: add another trunk`));
  }
  const trunk = { ...stored.trunk, numbers: [...numbers, added], updated_at: nextStamp(added.created_at, updated_at) };
  return accept({ ...stored, trunk });
}

export const numberRoutes: Routes = async (scope, parts) => {
  const { store, clock, ids } = parts;

  scope.post(
    '/sip-trunks/trunks/:id/numbers',
    {
      schema: {
        summary: 'Add a number to a trunk',
        params: trunkParams,
        querystring: waitQuery,
        body: numberBodySchema,
        response: { ...changeAnswers(201, numberAnswerSchema), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const added = newNumber(request.body, ids.ulid(), clock.now());
      await write(request, reply, parts, {
        status: 201,
        run: (writes) => writes.changeTrunk(id, (stored) => withNumber(stored, added)),
        refuse: trunkProblem('phone_number'),
        answer: () => numberAnswer(id, added),
        document: writtenDocument({ account: accessOf(request).account, id }),
      });
      return reply;
    },
  );

  scope.get(
    '/sip-trunks/trunks/:id/numbers',
    {
      schema: {
        summary: 'List the numbers of a trunk',
        params: trunkParams,
        response: { 200: z.array(numberAnswerSchema), ...errorAnswers },
      },
    },
    async (request) => {
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const stored = await store.trunk(accessOf(request).account, id);
      if (stored === undefined) throw new Refusal(problem(404, trunkMissing));
      return stored.trunk.numbers.map((number) => numberAnswer(id, number));
    },
  );

  scope.delete(
    '/sip-trunks/trunks/:id/numbers/:number_id',
    {
      schema: {
        summary: 'Remove a number from a trunk',
        params: numberParams,
        querystring: waitQuery,
        response: { ...changeAnswers(200, z.object({ message: z.string() })), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const number = readId(numberIdSchema, request.params.number_id, numberMissing);
      await write(request, reply, parts, {
        status: 200,
        run: (writes) =>
          writes.changeTrunk<Problem>(id, (stored) => {
            const known = checkVersion(request, stored);
            return known.ok ? withoutNumber(stored, number, clock.now()) : known;
          }),
        refuse: (fault: Problem | Conflict | NotFound) => trunkProblem('phone_number')(fault),
        answer: () => ({ message: 'Phone number removed successfully' }),
        document: writtenDocument({ account: accessOf(request).account, id }),
      });
      return reply;
    },
  );

  scope.get(
    '/phone-numbers/all',
    { schema: { summary: 'List all numbers', response: { 200: z.array(mappedNumberSchema), ...errorAnswers } } },
    async (request) => {
      const trunks = await store.trunks(accessOf(request).account, {});
      return trunks.flatMap(({ trunk }) => trunk.numbers.map((number) => mappedNumber(trunk.id, number)));
    },
  );
};
