import { trunkIdSchema } from '@trunkline/contracts/ids';
import { z } from 'zod';
import { accept } from '../../result.ts';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { ApiParts, Routes, Scope } from '../api-parts.ts';
import { trunkMissing, writtenDocument } from '../bolna/written-trunk.ts';
import { conflictProblem } from '../conflict-problem.ts';
import { errorAnswers } from '../error-body.ts';
import { nextStamp } from '../next-stamp.ts';
import { readId } from '../read-id.ts';
import { type Problem, problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { checkVersion, etagOf } from '../versions.ts';
import { changeAnswers, waitQuery, write } from '../write.ts';
import { fromTrunk } from './from-trunk.ts';
import { settingsBodySchema, settingsSchema } from './settings-body.ts';
import { toTrunk } from './to-trunk.ts';

const path = '/trunks/:trunk_id/settings';
const params = z.object({ trunk_id: z.string() });

/** What a trunk can be told that no dialect has a field for. Changes in a dialect keep it. */
export const settingsRoutes: Routes = async (scope, parts) => {
  readSettings(scope, parts);
  changeSettings(scope, parts);
};

function readSettings(scope: Scope, { store }: ApiParts): void {
  scope.get(
    path,
    {
      schema: {
        summary: 'Show the settings of a trunk that no dialect has a field for',
        params,
        response: { 200: settingsSchema, ...errorAnswers },
      },
    },
    async (request, reply) => {
      const id = readId(trunkIdSchema, request.params.trunk_id, trunkMissing);
      const stored = await store.trunk(accessOf(request).account, id);
      if (stored === undefined) throw new Refusal(problem(404, trunkMissing));
      void reply.header('etag', etagOf(stored.version));
      return fromTrunk(stored.trunk);
    },
  );
}

function changeSettings(scope: Scope, parts: ApiParts): void {
  scope.patch(
    path,
    {
      schema: {
        summary: 'Change settings of a trunk: what is absent stays',
        params,
        querystring: waitQuery,
        body: settingsBodySchema,
        response: { ...changeAnswers(200, settingsSchema), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { account } = accessOf(request);
      const id = readId(trunkIdSchema, request.params.trunk_id, trunkMissing);
      await write(request, reply, parts, {
        status: 200,
        run: (writes) =>
          writes.changeTrunk<Problem>(id, (stored) => {
            const known = checkVersion(request, stored);
            if (!known.ok) return known;
            const now = nextStamp(parts.clock.now(), stored.trunk.updated_at);
            const changed = toTrunk(stored.trunk, request.body, now);
            return changed.ok ? accept({ ...stored, trunk: changed.value }) : changed;
          }),
        refuse: settingsProblem,
        answer: ({ trunk }) => fromTrunk(trunk),
        version: ({ version }) => version,
        document: writtenDocument({ account, id }),
      });
      return reply;
    },
  );
}

function settingsProblem(fault: Problem | Conflict | NotFound): Problem {
  if ('status' in fault) return fault;
  if (fault.kind === 'not-found') return problem(404, trunkMissing);
  return conflictProblem(fault, { number: 'number_format.country', username: 'registration' });
}
