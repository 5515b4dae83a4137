import { gatewayIdSchema, numberIdSchema } from '@trunkline/contracts/ids';
import { z } from 'zod';
import type { Result } from '../../result.ts';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { StoredTrunk, TrunkDraft } from '../../store/store.ts';
import type { ApiParts, Scope } from '../api-parts.ts';
import { merge } from '../bolna/merge.ts';
import { sealPassword } from '../bolna/seal-password.ts';
import { writtenDocument } from '../bolna/written-trunk.ts';
import { nextStamp } from '../next-stamp.ts';
import type { Problem } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { checkVersion } from '../versions.ts';
import { changeAnswers, waitQuery, write } from '../write.ts';
import { errorAnswers } from './error-body.ts';
import { findTrunk } from './find-trunk.ts';
import { fromTrunk } from './from-trunk.ts';
import { toTrunk } from './to-trunk.ts';
import { trunkAnswer, trunkAnswerSchema } from './trunk-answer.ts';
import { type PutTrunkBody, putTrunkSchema, type TrunkSettings } from './trunk-body.ts';
import { trunkProblem } from './trunk-problem.ts';

const changedSchema = z.object({ message: z.string(), data: trunkAnswerSchema });

function settingsOf(body: PutTrunkBody, base: StoredTrunk): TrunkSettings {
  const { sip_password, allowed_inbound_ips, ...rest } = body;
  const sources = allowed_inbound_ips === undefined ? {} : { allowed_inbound_ips: allowed_inbound_ips ?? [] };
  return merge<TrunkSettings>(fromTrunk(base), { ...rest, ...sources });
}

/** `PUT /api/user/phone-numbers/sip-trunks/{id}`: what is absent stays, and so does a blank password. */
export function changeTrunk(scope: Scope, parts: ApiParts): void {
  const { clock, ids } = parts;
  scope.put(
    '/api/user/phone-numbers/sip-trunks/:id',
    {
      schema: {
        summary: 'Change a trunk (Famulor, Autocalls)',
        params: z.object({ id: z.string() }),
        querystring: waitQuery,
        body: putTrunkSchema,
        response: { ...changeAnswers(200, changedSchema), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { trunk } = await findTrunk(parts.store, accessOf(request).account, request.params.id);
      const given = sealPassword(parts.seal, trunk, body.sip_password || null);
      const change = (base: StoredTrunk): Result<TrunkDraft, Problem> => {
        const known = checkVersion(request, base);
        if (!known.ok) return known;
        const { auth, updated_at } = base.trunk;
        return toTrunk(settingsOf(body, base), {
          base,
          password: given ?? (auth.kind === 'userpass' ? auth.password : null),
          now: nextStamp(clock.now(), updated_at),
          newGatewayId: () => gatewayIdSchema.parse(ids.ulid()),
          newNumberId: () => numberIdSchema.parse(ids.ulid()),
        });
      };
      await write(request, reply, parts, {
        status: 200,
        run: (writes) => writes.changeTrunk<Problem>(trunk.id, change),
        refuse: (fault: Problem | Conflict | NotFound) => trunkProblem(fault),
        answer: (stored) => ({
          message: 'SIP trunk updated successfully.',
          data: trunkAnswer(stored, parts.stateOf(stored.trunk)),
        }),
        version: ({ version }) => version,
        document: writtenDocument(trunk),
      });
      return reply;
    },
  );
}
