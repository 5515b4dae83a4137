import { trunkIdSchema } from '@trunkline/contracts/ids';
import { z } from 'zod';
import type { ApiParts, Routes, Scope } from '../api-parts.ts';
import { errorAnswers } from '../error-body.ts';
import { readId } from '../read-id.ts';
import { problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { changeTrunk } from './change-trunk.ts';
import { createTrunk } from './create-trunk.ts';
import { trunkAnswer, trunkAnswerSchema } from './trunk-answer.ts';
import { trunkMissing } from './written-trunk.ts';

const params = z.object({ id: z.string() });
const querystring = z.object({
  is_active: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .transform((text) => text === 'true')
    .optional(),
});

export const trunkRoutes: Routes = async (scope, parts) => {
  createTrunk(scope, parts);
  readTrunks(scope, parts);
  changeTrunk(scope, parts);
  deleteTrunk(scope, parts);
};

function readTrunks(scope: Scope, { store }: ApiParts): void {
  scope.get(
    '/sip-trunks/trunks',
    { schema: { querystring, response: { 200: z.array(trunkAnswerSchema), ...errorAnswers } } },
    async (request) => {
      const { is_active } = request.query;
      const trunks = await store.trunks(accessOf(request).account, is_active === undefined ? {} : { is_active });
      return trunks.map(trunkAnswer);
    },
  );
  scope.get(
    '/sip-trunks/trunks/:id',
    { schema: { params, response: { 200: trunkAnswerSchema, ...errorAnswers } } },
    async (request) => {
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const stored = await store.trunk(accessOf(request).account, id);
      if (stored === undefined) throw new Refusal(problem(404, trunkMissing));
      return trunkAnswer(stored);
    },
  );
}

function deleteTrunk(scope: Scope, { store, clock, committed }: ApiParts): void {
  scope.delete(
    '/sip-trunks/trunks/:id',
    { schema: { params, response: { 200: z.object({ message: z.string() }), ...errorAnswers } } },
    async (request) => {
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const deleted = await store.deleteTrunk(accessOf(request).account, id, clock.now());
      if (!deleted.ok) throw new Refusal(problem(404, trunkMissing));
      committed();
      const { numbers_removed } = deleted.value;
      return { message: `Trunk deleted successfully. ${numbers_removed} phone number(s) removed.` };
    },
  );
}
