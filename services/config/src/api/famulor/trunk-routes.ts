import { z } from 'zod';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { StoredTrunk } from '../../store/store.ts';
import { answerErrors } from '../answer-errors.ts';
import type { ApiParts, Routes, Scope } from '../api-parts.ts';
import { deletedDocument } from '../bolna/written-trunk.ts';
import { nextPage, pageFields, readPage } from '../paging.ts';
import { type Problem, problem } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { checkVersion, etagOf } from '../versions.ts';
import { changeAnswers, waitQuery, write } from '../write.ts';
import { changeTrunk } from './change-trunk.ts';
import { createTrunk } from './create-trunk.ts';
import { asUnprocessable, errorAnswers, errorBody } from './error-body.ts';
import { findTrunk } from './find-trunk.ts';
import { trunkAnswer, trunkAnswerSchema } from './trunk-answer.ts';
import { numberMissing, trunkProblem } from './trunk-problem.ts';

const params = z.object({ id: z.string() });
const querystring = z.object(pageFields);

/** The dialect of Famulor and Autocalls: a trunk is one number at one address, its id an integer. */
export const famulorRoutes: Routes = async (scope, parts) => {
  answerErrors(scope, parts.logger, (found) => errorBody(found), asUnprocessable);
  createTrunk(scope, parts);
  readTrunks(scope, parts);
  changeTrunk(scope, parts);
  deleteTrunk(scope, parts);
};

function readTrunks(scope: Scope, { store, stateOf }: ApiParts): void {
  const answer = (stored: StoredTrunk) => trunkAnswer(stored, stateOf(stored.trunk));
  scope.get(
    '/api/user/phone-numbers/sip-trunks',
    {
      schema: {
        summary: 'List trunks (Famulor, Autocalls)',
        querystring,
        response: {
          200: z.object({ data: z.array(trunkAnswerSchema), next_cursor: z.string().nullable() }),
          ...errorAnswers,
        },
      },
    },
    async (request) => {
      const trunks = await store.trunks(accessOf(request).account, readPage(request.query));
      const next = nextPage(
        request,
        request.query,
        trunks.map(({ trunk }) => trunk),
      );
      return { data: trunks.map(answer), next_cursor: next?.cursor ?? null };
    },
  );
  scope.get(
    '/api/user/phone-numbers/sip-trunks/:id',
    {
      schema: {
        summary: 'Show a trunk (Famulor, Autocalls)',
        params,
        response: { 200: trunkAnswerSchema, ...errorAnswers },
      },
    },
    async (request, reply) => {
      const stored = await findTrunk(store, accessOf(request).account, request.params.id);
      void reply.header('etag', etagOf(stored.version));
      return answer(stored);
    },
  );
}

function deleteTrunk(scope: Scope, parts: ApiParts): void {
  const answers = changeAnswers(200, z.object({ message: z.string() }));
  scope.delete(
    '/api/user/phone-numbers/:id',
    {
      schema: {
        summary: 'Delete a trunk (Famulor, Autocalls)',
        params,
        querystring: waitQuery,
        response: { ...answers, ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { trunk } = await findTrunk(parts.store, accessOf(request).account, request.params.id, numberMissing);
      await write(request, reply, parts, {
        status: 200,
        run: (writes) => writes.deleteTrunk<Problem>(trunk.id, (present) => checkVersion(request, present)),
        refuse: (fault: Problem | Conflict | NotFound) =>
          'kind' in fault && fault.kind === 'not-found' ? problem(404, numberMissing) : trunkProblem(fault),
        answer: () => ({ message: 'Phone number deleted successfully.' }),
        document: deletedDocument(trunk),
      });
      return reply;
    },
  );
}
