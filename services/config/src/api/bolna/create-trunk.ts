import { gatewayIdSchema, trunkIdSchema } from '@trunkline/contracts/ids';
import type { ApiParts, Scope } from '../api-parts.ts';
import { errorAnswers } from '../error-body.ts';
import { Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { changeAnswers, waitQuery, write } from '../write.ts';
import { blankTrunk } from './blank-trunk.ts';
import { merge } from './merge.ts';
import { newNumber } from './new-number.ts';
import { sealPassword } from './seal-password.ts';
import { toTrunk } from './to-trunk.ts';
import { trunkAnswer, trunkAnswerSchema } from './trunk-answer.ts';
import { type CreateTrunkBody, createTrunkSchema, defaultSettings, type TrunkSettings } from './trunk-body.ts';
import { trunkProblem, writtenDocument } from './written-trunk.ts';

function settingsOf(body: CreateTrunkBody): TrunkSettings {
  const { name, provider, auth_type, gateways } = body;
  return merge<TrunkSettings>({ ...defaultSettings, ip_identifiers: [], name, provider, auth_type, gateways }, body);
}

/** `POST /sip-trunks/trunks` */
export function createTrunk(scope: Scope, parts: ApiParts): void {
  const { clock, ids } = parts;
  scope.post(
    '/sip-trunks/trunks',
    {
      schema: {
        summary: 'Create a trunk',
        querystring: waitQuery,
        body: createTrunkSchema,
        response: { ...changeAnswers(201, trunkAnswerSchema), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const now = clock.now();
      const base = blankTrunk(trunkIdSchema.parse(ids.ulid()), accessOf(request).account, now);
      const password = sealPassword(parts.seal, base.trunk, body.auth_password);
      const newGatewayId = () => gatewayIdSchema.parse(ids.ulid());
      const made = toTrunk(settingsOf(body), { base, password, now, newGatewayId });
      if (!made.ok) throw new Refusal(made.fault);
      const numbers = (body.phone_numbers ?? []).map((number) => newNumber(number, ids.ulid(), now));
      const draft = { ...made.value, trunk: { ...made.value.trunk, numbers } };
      await write(request, reply, parts, {
        status: 201,
        run: (writes) => writes.createTrunk(draft),
        refuse: trunkProblem('phone_numbers'),
        answer: (stored) => trunkAnswer(stored, parts.stateOf(stored.trunk)),
        version: ({ version }) => version,
        document: writtenDocument(base.trunk),
      });
      return reply;
    },
  );
}
