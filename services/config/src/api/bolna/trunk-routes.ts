import { trunkIdSchema } from '@trunkline/contracts/ids';
import { z } from 'zod';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { ApiParts, Routes, Scope } from '../api-parts.ts';
import { errorAnswers } from '../error-body.ts';
import { nextPage, pageFields, readPage } from '../paging.ts';
import { readId } from '../read-id.ts';
import { type Problem, problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { checkVersion, etagOf } from '../versions.ts';
import { changeAnswers, waitQuery, write } from '../write.ts';
import { changeTrunk } from './change-trunk.ts';
import { createTrunk } from './create-trunk.ts';
import { trunkAnswer, trunkAnswerSchema } from './trunk-answer.ts';
import { deletedDocument, trunkMissing, trunkProblem } from './written-trunk.ts';

const params = z.object({ id: z.string() });
const querystring = z.object({
  is_active: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .transform((text) => text === 'true')
    .optional(),
  ...pageFields,
});

export const trunkRoutes: Routes = async (scope, parts) => {
  createTrunk(scope, parts);
  readTrunks(scope, parts);
  changeTrunk(scope, parts);
  deleteTrunk(scope, parts);
};

function readTrunks(scope: Scope, { store, stateOf }: ApiParts): void {
  scope.get(
    '/sip-trunks/trunks',
    {
      schema: {
        summary: 'List trunks',
        querystring,
        response: { 200: z.array(trunkAnswerSchema), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { is_active, ...page } = request.query;
      const filter = { ...(is_active === undefined ? {} : { is_active }), ...readPage(page) };
      const trunks = await store.trunks(accessOf(request).account, filter);
      const next = nextPage(
        request,
        page,
        trunks.map(({ trunk }) => trunk),
      );
      if (next !== undefined) void reply.header('link', next.link);
      return trunks.map((stored) => trunkAnswer(stored, stateOf(stored.trunk)));
    },
  );
  scope.get(
    '/sip-trunks/trunks/:id',
    { schema: { summary: 'Show a trunk', params, response: { 200: trunkAnswerSchema, ...errorAnswers } } },
    async (request, reply) => {
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const stored = await store.trunk(accessOf(request).account, id);
      if (stored === undefined) throw new Refusal(problem(404, trunkMissing));
      void reply.header('etag', etagOf(stored.version));
      return trunkAnswer(stored, stateOf(stored.trunk));
    },
  );
}

function deleteTrunk(scope: Scope, parts: ApiParts): void {
  const answers = changeAnswers(200, z.object({ message: z.string() }));
  scope.delete(
    '/sip-trunks/trunks/:id',
    {
      schema: { summary: 'Delete a trunk', params, querystring: waitQuery, response: { ...answers, ...errorAnswers } },
    },
    async (request, reply) => {
      const { account } = accessOf(request);
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      await write(request, reply, parts, {
        status: 200,
        run: (writes) => writes.deleteTrunk<Problem>(id, (present) => checkVersion(request, present)),
        refuse: (fault: Problem | Conflict | NotFound) => trunkProblem('')(fault),
        answer: ({ numbers_removed }) => ({
          message: `Trunk deleted successfully. ${numbers_removed} phone number(s) removed.`,
        }),
        document: deletedDocument({ account, id }),
      });
      return reply;
    },
  );
}
