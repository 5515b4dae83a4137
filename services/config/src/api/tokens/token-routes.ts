import { roleSchema } from '@trunkline/contracts/access';
import { instantSchema } from '@trunkline/contracts/time';
import { secretHash } from '@trunkline/runtime/secret-hash';
import { z } from 'zod';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { StoredToken } from '../../store/store.ts';
import type { ApiParts, Routes, Scope } from '../api-parts.ts';
import { conflictProblem } from '../conflict-problem.ts';
import { errorAnswers } from '../error-body.ts';
import { textField, wholeField } from '../fields.ts';
import { iso } from '../iso.ts';
import { type Problem, problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { write } from '../write.ts';
import { newToken } from './new-token.ts';

const longestLife_s = 10 * 365 * 24 * 3_600;
const longestGrace_s = 30 * 24 * 3_600;

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

const params = z.object({ id: z.string() });
const rotateSchema = z
  .object(
    {
      /** How long the old token is still good, in seconds. */
      grace_s: wholeField(0, longestGrace_s).optional(),
    },
    { error: 'must be a JSON object' },
  )
  .nullish();

const tokenProblem = (fault: Conflict | NotFound): Problem =>
  fault.kind === 'not-found' ? problem(404, 'Token not found') : conflictProblem(fault, { number: '' });

/** Bearer tokens of the account. Only its owners make, see and withdraw them. */
export const tokenRoutes: Routes = async (scope, parts) => {
  scope.addHook('preHandler', async (request) => {
    if (accessOf(request).role !== 'owner') throw new Refusal(problem(403, 'Only owners of the account manage tokens'));
  });
  createToken(scope, parts);
  rotateToken(scope, parts);
  readTokens(scope, parts);
  deleteToken(scope, parts);
};

function createToken(scope: Scope, parts: ApiParts): void {
  const { clock, ids } = parts;
  scope.post(
    '/tokens',
    {
      schema: {
        summary: 'Create a token',
        body: createSchema,
        response: { 201: createdSchema, ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { name, role, expires_in_s } = request.body;
      const now = clock.now();
      const token = newToken(ids);
      const draft: StoredToken = {
        id: ids.ulid(),
        hash: secretHash(token),
        account: accessOf(request).account,
        role,
        name,
        expires_at: expires_in_s === undefined ? null : instantSchema.parse(now + expires_in_s * 1_000),
        created_at: now,
      };
      await write(request, reply, parts, {
        status: 201,
        run: (writes) => writes.createToken(draft),
        refuse: tokenProblem,
        answer: (stored) => ({ ...answer(stored), token }),
      });
      return reply;
    },
  );
}

function rotateToken(scope: Scope, parts: ApiParts): void {
  const { clock, ids } = parts;
  scope.post(
    '/tokens/:id/rotate',
    {
      schema: {
        summary: 'Replace a token by a new one of the same name, role and expiry',
        params,
        body: rotateSchema,
        response: { 201: createdSchema, ...errorAnswers },
      },
    },
    async (request, reply) => {
      const now = clock.now();
      const token = newToken(ids);
      const old_ends_at = instantSchema.parse(now + (request.body?.grace_s ?? 0) * 1_000);
      const fresh = { id: ids.ulid(), hash: secretHash(token), created_at: now, old_ends_at };
      await write(request, reply, parts, {
        status: 201,
        run: (writes) => writes.rotateToken(request.params.id, fresh),
        refuse: tokenProblem,
        answer: (written) => {
          parts.authenticator.forget(written.old_hash);
          return { ...answer(written.fresh), token };
        },
      });
      return reply;
    },
  );
}

function readTokens(scope: Scope, { store }: ApiParts): void {
  scope.get(
    '/tokens',
    { schema: { summary: 'List tokens', response: { 200: z.array(answerSchema), ...errorAnswers } } },
    async (request) => (await store.tokens(accessOf(request).account)).map(answer),
  );
}

function deleteToken(scope: Scope, parts: ApiParts): void {
  scope.delete(
    '/tokens/:id',
    {
      schema: {
        summary: 'Withdraw a token',
        params,
        response: { 200: z.object({ message: z.string() }), ...errorAnswers },
      },
    },
    async (request, reply) => {
      await write(request, reply, parts, {
        status: 200,
        run: (writes) => writes.deleteToken(request.params.id),
        refuse: tokenProblem,
        answer: ({ hash }) => {
          parts.authenticator.forget(hash);
          return { message: 'Token deleted successfully' };
        },
      });
      return reply;
    },
  );
}
