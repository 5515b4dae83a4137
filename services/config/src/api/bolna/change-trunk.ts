import { gatewayIdSchema, trunkIdSchema } from '@trunkline/contracts/ids';
import { z } from 'zod';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { ApiParts, Scope } from '../api-parts.ts';
import { errorAnswers } from '../error-body.ts';
import { nextStamp } from '../next-stamp.ts';
import { readId } from '../read-id.ts';
import type { Problem } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { checkVersion } from '../versions.ts';
import { changeAnswers, waitQuery, write } from '../write.ts';
import { fromTrunk } from './from-trunk.ts';
import { merge } from './merge.ts';
import { sealPassword } from './seal-password.ts';
import { toTrunk } from './to-trunk.ts';
import { trunkAnswer, trunkAnswerSchema } from './trunk-answer.ts';
import { patchTrunkSchema } from './trunk-body.ts';
import { trunkMissing, trunkProblem, writtenDocument } from './written-trunk.ts';

/** `PATCH /sip-trunks/trunks/{id}`: the merged trunk is judged, so what is given may lean on what is there. */
export function changeTrunk(scope: Scope, parts: ApiParts): void {
  const { clock, ids } = parts;
  const params = z.object({ id: z.string() });
  scope.patch(
    '/sip-trunks/trunks/:id',
    {
      schema: {
        summary: 'Change a trunk',
        params,
        querystring: waitQuery,
        body: patchTrunkSchema,
        response: { ...changeAnswers(200, trunkAnswerSchema), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { account } = accessOf(request);
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const given = sealPassword(parts.seal, { account, id }, body.auth_password);
      const newGatewayId = () => gatewayIdSchema.parse(ids.ulid());
      await write(request, reply, parts, {
        status: 200,
        run: (writes) =>
          writes.changeTrunk<Problem>(id, (base) => {
            const known = checkVersion(request, base);
            if (!known.ok) return known;
            const { auth } = base.trunk;
            const password = given ?? (auth.kind === 'userpass' ? auth.password : null);
            const now = nextStamp(clock.now(), base.trunk.updated_at);
            return toTrunk(merge(fromTrunk(base), body), { base, password, now, newGatewayId });
          }),
        refuse: (fault: Problem | Conflict | NotFound) => trunkProblem('is_active')(fault),
        answer: (stored) => trunkAnswer(stored, parts.stateOf(stored.trunk)),
        version: ({ version }) => version,
        document: writtenDocument({ account, id }),
      });
      return reply;
    },
  );
}
