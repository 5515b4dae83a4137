import { trunkIdSchema } from '@trunkline/contracts/ids';
import { z } from 'zod';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { StoredTrunk } from '../../store/store.ts';
import type { ApiParts, Routes, Scope } from '../api-parts.ts';
import { deletedDocument } from '../bolna/written-trunk.ts';
import { errorAnswers } from '../error-body.ts';
import { nextPage, pageFields, readPage } from '../paging.ts';
import { readId } from '../read-id.ts';
import { type Problem, problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { stateFields } from '../state-answer.ts';
import { checkVersion, etagOf } from '../versions.ts';
import { waitQuery, write } from '../write.ts';
import { diagnose, diagnosisFields } from './diagnose.ts';
import { trunkAnswer, trunkAnswerSchema } from './trunk-answer.ts';
import { trunkMissing, trunkProblem } from './trunk-problem.ts';
import { changeTrunk, createTrunk } from './write-routes.ts';

const params = z.object({ id: z.string() });
const querystring = z.object(pageFields);

/** The dialect of Astradial. */
export const astradialRoutes: Routes = async (scope, parts) => {
  createTrunk(scope, parts);
  readTrunks(scope, parts);
  changeTrunk(scope, parts);
  deleteTrunk(scope, parts);
  testTrunk(scope, parts);
};

function readTrunks(scope: Scope, { store, stateOf }: ApiParts): void {
  const answer = (stored: StoredTrunk) => trunkAnswer(stored, stateOf(stored.trunk));
  scope.get(
    '/api/v1/trunks',
    {
      schema: {
        summary: 'List trunks (Astradial)',
        querystring,
        response: { 200: z.array(trunkAnswerSchema), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const trunks = await store.trunks(accessOf(request).account, readPage(request.query));
      const next = nextPage(
        request,
        request.query,
        trunks.map(({ trunk }) => trunk),
      );
      if (next !== undefined) void reply.header('link', next.link);
      return trunks.map(answer);
    },
  );
  scope.get(
    '/api/v1/trunks/:id',
    { schema: { summary: 'Show a trunk (Astradial)', params, response: { 200: trunkAnswerSchema, ...errorAnswers } } },
    async (request, reply) => {
      const stored = await findTrunk(store, request);
      void reply.header('etag', etagOf(stored.version));
      return answer(stored);
    },
  );
}

async function findTrunk(
  store: ApiParts['store'],
  request: Parameters<typeof accessOf>[0] & { readonly params: { readonly id: string } },
): Promise<StoredTrunk> {
  const stored = await store.trunk(accessOf(request).account, readId(trunkIdSchema, request.params.id, trunkMissing));
  if (stored === undefined) throw new Refusal(problem(404, trunkMissing));
  return stored;
}

function deleteTrunk(scope: Scope, parts: ApiParts): void {
  scope.delete(
    '/api/v1/trunks/:id',
    {
      schema: {
        summary: 'Delete a trunk (Astradial)',
        params,
        querystring: waitQuery,
        response: { 204: z.undefined(), 202: z.looseObject({}), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { account } = accessOf(request);
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      await write(request, reply, parts, {
        status: 204,
        run: (writes) => writes.deleteTrunk<Problem>(id, (present) => checkVersion(request, present)),
        refuse: (fault: Problem | Conflict | NotFound) => trunkProblem(fault),
        answer: () => undefined,
        document: deletedDocument({ account, id }),
      });
      return reply;
    },
  );
}

function testTrunk(scope: Scope, { store, stateOf, toldOf, edges, clock }: ApiParts): void {
  scope.post(
    '/api/v1/trunks/:id/test',
    {
      schema: {
        summary: 'Diagnose a trunk (Astradial)',
        description:
          'What is known of the trunk: registration, gateways and why they fail, as the edges found when they last registered and probed. ' +
          'Nothing is sent.',
        params,
        response: { 200: z.object({ ...diagnosisFields, ...stateFields }), ...errorAnswers },
      },
    },
    async (request) => {
      const { trunk } = await findTrunk(store, request);
      const diagnosis = diagnose({ trunk, state: toldOf(trunk), edges: edges(), now: clock.now() });
      return { ...diagnosis, ...stateOf(trunk) };
    },
  );
}
