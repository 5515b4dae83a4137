import { gatewayIdSchema, trunkIdSchema } from '@trunkline/contracts/ids';
import { z } from 'zod';
import type { ApiParts, Scope } from '../api-parts.ts';
import { errorAnswers } from '../error-body.ts';
import { readId } from '../read-id.ts';
import { accessOf } from '../require-access.ts';
import { fromTrunk } from './from-trunk.ts';
import { merge } from './merge.ts';
import { sealPassword } from './seal-password.ts';
import { toTrunk } from './to-trunk.ts';
import { trunkAnswer, trunkAnswerSchema } from './trunk-answer.ts';
import { patchTrunkSchema } from './trunk-body.ts';
import { trunkMissing, writtenTrunk } from './written-trunk.ts';

/** `PATCH /sip-trunks/trunks/{id}`: the merged trunk is judged, so what is given may lean on what is there. */
export function changeTrunk(scope: Scope, parts: ApiParts): void {
  const { store, clock, ids } = parts;
  const params = z.object({ id: z.string() });
  scope.patch(
    '/sip-trunks/trunks/:id',
    { schema: { params, body: patchTrunkSchema, response: { 200: trunkAnswerSchema, ...errorAnswers } } },
    async (request) => {
      const { body } = request;
      const { account } = accessOf(request);
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const given = sealPassword(parts.seal, { account, id }, body.auth_password);
      const newGatewayId = () => gatewayIdSchema.parse(ids.ulid());
      const now = clock.now();
      const changed = await store.changeTrunk(account, id, (base) => {
        const { auth } = base.trunk;
        const password = given ?? (auth.kind === 'userpass' ? auth.password : null);
        return toTrunk(merge(fromTrunk(base), body), { base, password, now, newGatewayId });
      });
      const written = writtenTrunk(changed, 'is_active');
      parts.committed();
      return trunkAnswer(written);
    },
  );
}
