import { type AccountId, gatewayIdSchema, type TrunkId, trunkIdSchema } from '@trunkline/contracts/ids';
import type { Sealed } from '@trunkline/contracts/sealed';
import { sealContext } from '@trunkline/runtime/seal';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ApiParts } from '../api-parts.ts';
import { errorAnswers } from '../error-body.ts';
import { readId } from '../read-id.ts';
import { problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { blankTrunk } from './blank-trunk.ts';
import { fromTrunk } from './from-trunk.ts';
import { merge } from './merge.ts';
import { newNumber } from './new-number.ts';
import { toTrunk } from './to-trunk.ts';
import { trunkAnswer, trunkAnswerSchema } from './trunk-answer.ts';
import { createTrunkSchema, defaultSettings, patchTrunkSchema, type TrunkSettings } from './trunk-body.ts';
import { trunkMissing, writtenTrunk } from './written-trunk.ts';

const trunkParams = z.object({ id: z.string() });

export const trunkRoutes: FastifyPluginAsyncZod<ApiParts> = async (scope, parts) => {
  const { store, clock, ids } = parts;
  const sealFor = (account: AccountId, trunk: TrunkId, password: string | null | undefined): Sealed | null =>
    password === null || password === undefined ? null : parts.seal(password, sealContext(account, trunk));
  const newGatewayId = () => gatewayIdSchema.parse(ids.ulid());

  scope.post(
    '/sip-trunks/trunks',
    { schema: { body: createTrunkSchema, response: { 201: trunkAnswerSchema, ...errorAnswers } } },
    async (request, reply) => {
      const { body } = request;
      const { account } = accessOf(request);
      const now = clock.now();
      const base = blankTrunk(trunkIdSchema.parse(ids.ulid()), account, now);
      const { name, provider, auth_type, gateways } = body;
      const settings = merge<TrunkSettings>(
        { ...defaultSettings, ip_identifiers: [], name, provider, auth_type, gateways },
        body,
      );
      const password = sealFor(account, base.trunk.id, body.auth_password);
      const made = toTrunk(settings, { base, password, now, newGatewayId });
      if (!made.ok) throw new Refusal(made.fault);
      const numbers = (body.phone_numbers ?? []).map((number) => newNumber(number, ids.ulid(), now));
      const trunk = { ...made.value.trunk, numbers };
      const written = writtenTrunk(await store.createTrunk({ ...made.value, trunk }), 'phone_numbers');
      parts.committed();
      return reply.code(201).send(trunkAnswer(written));
    },
  );

  scope.get(
    '/sip-trunks/trunks',
    {
      schema: {
        querystring: z.object({
          is_active: z
            .enum(['true', 'false'], { error: 'must be true or false' })
            .transform((text) => text === 'true')
            .optional(),
        }),
        response: { 200: z.array(trunkAnswerSchema), ...errorAnswers },
      },
    },
    async (request) => {
      const { is_active } = request.query;
      const trunks = await store.trunks(accessOf(request).account, is_active === undefined ? {} : { is_active });
      return trunks.map(trunkAnswer);
    },
  );

  scope.get(
    '/sip-trunks/trunks/:id',
    { schema: { params: trunkParams, response: { 200: trunkAnswerSchema, ...errorAnswers } } },
    async (request) => {
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const stored = await store.trunk(accessOf(request).account, id);
      if (stored === undefined) throw new Refusal(problem(404, trunkMissing));
      return trunkAnswer(stored);
    },
  );

  scope.patch(
    '/sip-trunks/trunks/:id',
    {
      schema: {
        params: trunkParams,
        body: patchTrunkSchema,
        response: { 200: trunkAnswerSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const { body } = request;
      const { account } = accessOf(request);
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const given = sealFor(account, id, body.auth_password);
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

  scope.delete(
    '/sip-trunks/trunks/:id',
    { schema: { params: trunkParams, response: { 200: z.object({ message: z.string() }), ...errorAnswers } } },
    async (request) => {
      const id = readId(trunkIdSchema, request.params.id, trunkMissing);
      const deleted = await store.deleteTrunk(accessOf(request).account, id, clock.now());
      if (!deleted.ok) throw new Refusal(problem(404, trunkMissing));
      parts.committed();
      const { numbers_removed } = deleted.value;
      return { message: `Trunk deleted successfully. ${numbers_removed} phone number(s) removed.` };
    },
  );
};
