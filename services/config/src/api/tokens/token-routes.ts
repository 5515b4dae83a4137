import { roleSchema } from '@trunkline/contracts/access';
import { instantSchema } from '@trunkline/contracts/time';
import { secretHash } from '@trunkline/runtime/secret-hash';
import { z } from 'zod';
import type { StoredToken } from '../../store/store.ts';
import type { Routes } from '../api-parts.ts';
import { conflictProblem } from '../conflict-problem.ts';
import { errorAnswers } from '../error-body.ts';
import { textField, wholeField } from '../fields.ts';
import { iso } from '../iso.ts';
import { problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';

/** Random bytes in a token. */
const tokenBytes = 32;
const longestLife_s = 10 * 365 * 24 * 3_600;

const createSchema = z.object(
  {
    name: textField(255),
    role: z.enum(roleSchema.options, { error: "must be 'owner', 'admin' or 'member'" }),
    /** Absent: until it is deleted. */
    expires_in_s: wholeField(1, longestLife_s).optional(),
  },
  { error: 'must be a JSON object' },
);
const answerSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  expires_at: z.string().nullable(),
  created_at: z.string(),
});
/** The token itself is told once, here. */
const createdSchema = answerSchema.extend({ token: z.string() });

function answer(token: StoredToken): z.infer<typeof answerSchema> {
  return {
    id: token.id,
    name: token.name,
    role: token.role,
    expires_at: token.expires_at === null ? null : iso(token.expires_at),
    created_at: iso(token.created_at),
  };
}

/** Bearer tokens of the account. Only its owners make, see and withdraw them. */
export const tokenRoutes: Routes = async (scope, parts) => {
  const { store, clock, ids } = parts;
  scope.addHook('preHandler', async (request) => {
    if (accessOf(request).role !== 'owner') throw new Refusal(problem(403, 'Only owners of the account manage tokens'));
  });

  scope.post(
    '/tokens',
    { schema: { body: createSchema, response: { 201: createdSchema, ...errorAnswers } } },
    async (request, reply) => {
      const { name, role, expires_in_s } = request.body;
      const now = clock.now();
      const token = `tl_${ids.hex(tokenBytes)}`;
      const created = await store.createToken({
        id: ids.ulid(),
        hash: secretHash(token),
        account: accessOf(request).account,
        role,
        name,
        expires_at: expires_in_s === undefined ? null : instantSchema.parse(now + expires_in_s * 1_000),
        created_at: now,
      });
      if (!created.ok) throw new Refusal(conflictProblem(created.fault, { number: '' }));
      parts.committed();
      return reply.code(201).send({ ...answer(created.value), token });
    },
  );

  scope.get('/tokens', { schema: { response: { 200: z.array(answerSchema), ...errorAnswers } } }, async (request) =>
    (await store.tokens(accessOf(request).account)).map(answer),
  );

  scope.delete(
    '/tokens/:id',
    {
      schema: {
        params: z.object({ id: z.string() }),
        response: { 200: z.object({ message: z.string() }), ...errorAnswers },
      },
    },
    async (request) => {
      const deleted = await store.deleteToken(accessOf(request).account, request.params.id);
      if (!deleted.ok) throw new Refusal(problem(404, 'Token not found'));
      parts.authenticator.forget(deleted.value.hash);
      parts.committed();
      return { message: 'Token deleted successfully' };
    },
  );
};
