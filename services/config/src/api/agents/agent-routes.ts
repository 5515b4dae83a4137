import { type AccountId, type AgentId, agentIdSchema } from '@trunkline/contracts/ids';
import type { Sealed } from '@trunkline/contracts/sealed';
import { sealContext } from '@trunkline/runtime/seal';
import { z } from 'zod';
import type { Result } from '../../result.ts';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { StoredAgent } from '../../store/store.ts';
import type { Routes } from '../api-parts.ts';
import { conflictProblem } from '../conflict-problem.ts';
import { errorAnswers } from '../error-body.ts';
import { readId } from '../read-id.ts';
import { type Problem, problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { type AgentBody, agentAnswer, agentAnswerSchema, createAgentSchema, patchAgentSchema } from './agent-body.ts';
import { toAgent } from './to-agent.ts';

const missing = 'Agent not found';
const params = z.object({ id: z.string() });

function written(result: Result<StoredAgent, Problem | Conflict | NotFound>): StoredAgent {
  if (result.ok) return result.value;
  const { fault } = result;
  if ('status' in fault) throw new Refusal(fault);
  if (fault.kind === 'not-found') throw new Refusal(problem(404, missing));
  throw new Refusal(conflictProblem(fault, { number: 'phone_number' }));
}

/** Where AI agent runtimes are reached, and how their own calls are recognised. */
export const agentRoutes: Routes = async (scope, parts) => {
  const { store, clock, ids } = parts;
  const sealFor = (account: AccountId, agent: AgentId, body: AgentBody): Sealed | null => {
    const password = body.auth?.password;
    return password === undefined ? null : parts.seal(password, sealContext(account, agent));
  };

  scope.post(
    '/agents',
    { schema: { body: createAgentSchema, response: { 201: agentAnswerSchema, ...errorAnswers } } },
    async (request, reply) => {
      const { body } = request;
      const { account } = accessOf(request);
      const now = clock.now();
      const id = agentIdSchema.parse(ids.ulid());
      const stamps = { created_at: now, updated_at: now };
      const agent = { id, account, name: body.name, uri: body.uri, auth: null, acl: [], is_active: true, ...stamps };
      const made = toAgent(body, { base: { agent, as_given: {} }, password: sealFor(account, id, body), now });
      if (!made.ok) throw new Refusal(made.fault);
      const stored = written(await store.createAgent(made.value));
      parts.committed();
      return reply.code(201).send(agentAnswer(stored));
    },
  );

  scope.get(
    '/agents',
    { schema: { response: { 200: z.array(agentAnswerSchema), ...errorAnswers } } },
    async (request) => (await store.agents(accessOf(request).account)).map(agentAnswer),
  );

  scope.get(
    '/agents/:id',
    { schema: { params, response: { 200: agentAnswerSchema, ...errorAnswers } } },
    async (request) => {
      const stored = await store.agent(accessOf(request).account, readId(agentIdSchema, request.params.id, missing));
      if (stored === undefined) throw new Refusal(problem(404, missing));
      return agentAnswer(stored);
    },
  );

  scope.patch(
    '/agents/:id',
    { schema: { params, body: patchAgentSchema, response: { 200: agentAnswerSchema, ...errorAnswers } } },
    async (request) => {
      const { body } = request;
      const { account } = accessOf(request);
      const id = readId(agentIdSchema, request.params.id, missing);
      const password = sealFor(account, id, body);
      const now = clock.now();
      const stored = written(await store.changeAgent(account, id, (base) => toAgent(body, { base, password, now })));
      parts.committed();
      return agentAnswer(stored);
    },
  );

  scope.delete(
    '/agents/:id',
    { schema: { params, response: { 200: z.object({ message: z.string() }), ...errorAnswers } } },
    async (request) => {
      const id = readId(agentIdSchema, request.params.id, missing);
      const deleted = await store.deleteAgent(accessOf(request).account, id, clock.now());
      if (!deleted.ok) throw new Refusal(problem(404, missing));
      parts.committed();
      return { message: `Agent deleted successfully. ${deleted.value.numbers_unmapped} phone number(s) unmapped.` };
    },
  );
};
