import { gatewayIdSchema, trunkIdSchema } from '@trunkline/contracts/ids';
import { z } from 'zod';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { StoredTrunk, TrunkDraft } from '../../store/store.ts';
import type { ApiParts, Scope } from '../api-parts.ts';
import { blankTrunk } from '../bolna/blank-trunk.ts';
import { merge } from '../bolna/merge.ts';
import { sealPassword } from '../bolna/seal-password.ts';
import { writtenDocument } from '../bolna/written-trunk.ts';
import { errorAnswers } from '../error-body.ts';
import { nextStamp } from '../next-stamp.ts';
import { readId } from '../read-id.ts';
import { type Problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { checkVersion } from '../versions.ts';
import { changeAnswers, waitQuery, write } from '../write.ts';
import { fromTrunk } from './from-trunk.ts';
import { toTrunk } from './to-trunk.ts';
import { trunkAnswer, trunkAnswerSchema } from './trunk-answer.ts';
import { createTrunkSchema, defaultSettings, putTrunkSchema, type TrunkSettings } from './trunk-body.ts';
import { trunkMissing, trunkProblem } from './trunk-problem.ts';

/** What this dialect's trunks are beyond what it says. */
function startOf(...parameters: Parameters<typeof blankTrunk>): TrunkDraft {
  const { trunk, as_given } = blankTrunk(...parameters);
  return { trunk: { ...trunk, provider: 'custom', media: { ...trunk.media, codecs: ['PCMU', 'PCMA'] } }, as_given };
}

const answer = (parts: ApiParts) => (stored: StoredTrunk) => trunkAnswer(stored, parts.stateOf(stored.trunk));

/** `POST /api/v1/trunks` */
export function createTrunk(scope: Scope, parts: ApiParts): void {
  const { clock, ids } = parts;
  scope.post(
    '/api/v1/trunks',
    {
      schema: {
        summary: 'Create a trunk (Astradial)',
        querystring: waitQuery,
        body: createTrunkSchema,
        response: { ...changeAnswers(201, trunkAnswerSchema), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const now = clock.now();
      const base = startOf(trunkIdSchema.parse(ids.ulid()), accessOf(request).account, now);
      const { name, trunk_type } = body;
      const settings = merge<TrunkSettings>({ ...defaultSettings, name, trunk_type }, body);
      const password = sealPassword(parts.seal, base.trunk, body.password || null);
      const newGatewayId = () => gatewayIdSchema.parse(ids.ulid());
      const made = toTrunk(settings, { base, password, now, newGatewayId });
      if (!made.ok) throw new Refusal(made.fault);
      await write(request, reply, parts, {
        status: 201,
        run: (writes) => writes.createTrunk(made.value),
        refuse: (fault: Conflict) => trunkProblem(fault),
        answer: answer(parts),
        version: ({ version }) => version,
        document: writtenDocument(base.trunk),
      });
      return reply;
    },
  );
}

/** `PUT /api/v1/trunks/{id}`: what is absent stays, and so does a blank password. */
export function changeTrunk(scope: Scope, parts: ApiParts): void {
  const { clock, ids } = parts;
  scope.put(
    '/api/v1/trunks/:id',
    {
      schema: {
        summary: 'Change a trunk (Astradial)',
        params: z.object({ id: z.string() }),
        querystring: waitQuery,
        body: putTrunkSchema,
        response: { ...changeAnswers(200, trunkAnswerSchema), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { account } = accessOf(request);
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const given = sealPassword(parts.seal, { account, id }, body.password || null);
      await write(request, reply, parts, {
        status: 200,
        run: (writes) =>
          writes.changeTrunk<Problem>(id, (base) => {
            const known = checkVersion(request, base);
            if (!known.ok) return known;
            const { auth, updated_at } = base.trunk;
            return toTrunk(merge<TrunkSettings>(fromTrunk(base), body), {
              base,
              password: given ?? (auth.kind === 'userpass' ? auth.password : null),
              now: nextStamp(clock.now(), updated_at),
              newGatewayId: () => gatewayIdSchema.parse(ids.ulid()),
            });
          }),
        refuse: (fault: Problem | Conflict | NotFound) => trunkProblem(fault),
        answer: answer(parts),
        version: ({ version }) => version,
        document: writtenDocument({ account, id }),
      });
      return reply;
    },
  );
}
