import { accountIdSchema } from '@trunkline/contracts/ids';
import { secretHash } from '@trunkline/runtime/secret-hash';
import { z } from 'zod';
import type { StoredAccount, StoredToken } from '../../store/store.ts';
import type { Routes } from '../api-parts.ts';
import { conflictProblem } from '../conflict-problem.ts';
import { errorAnswers } from '../error-body.ts';
import { textField } from '../fields.ts';
import { iso } from '../iso.ts';
import { problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { newToken } from '../tokens/new-token.ts';
import { write } from '../write.ts';

const createSchema = z.object({ name: textField(255) }, { error: 'must be a JSON object' });
const answerSchema = z.object({ id: z.string(), name: z.string(), operator: z.boolean(), created_at: z.string() });
/** The first owner's token is told once, here. */
const createdSchema = answerSchema.extend({ token: z.string() });

function answer({ id, name, operator, created_at }: StoredAccount): z.infer<typeof answerSchema> {
  return { id, name, operator, created_at: iso(created_at) };
}

/** The tenants of this installation. Only owners of the account that operates it see and make them. */
export const accountRoutes: Routes = async (scope, parts) => {
  const { store, clock, ids } = parts;
  scope.addHook('preHandler', async (request) => {
    const { operator, role } = accessOf(request);
    if (!operator || role !== 'owner') throw new Refusal(problem(403, 'Only the operator manages accounts'));
  });

  scope.post(
    '/accounts',
    { schema: { summary: 'Create an account', body: createSchema, response: { 201: createdSchema, ...errorAnswers } } },
    async (request, reply) => {
      const now = clock.now();
      const account = {
        id: accountIdSchema.parse(ids.ulid()),
        name: request.body.name,
        operator: false,
        created_at: now,
      };
      const token = newToken(ids);
      const first: StoredToken = {
        id: ids.ulid(),
        hash: secretHash(token),
        account: account.id,
        role: 'owner',
        name: 'first',
        expires_at: null,
        created_at: now,
      };
      await write(request, reply, parts, {
        status: 201,
        run: (writes) => writes.createAccount(account, first),
        refuse: (conflict) => conflictProblem(conflict, { number: '' }),
        answer: (stored) => ({ ...answer(stored), token }),
      });
      return reply;
    },
  );

  scope.get(
    '/accounts',
    { schema: { summary: 'List accounts', response: { 200: z.array(answerSchema), ...errorAnswers } } },
    async () => (await store.accounts()).map(answer),
  );
};
