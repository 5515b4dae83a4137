import { type AccountId, type AgentId, agentIdSchema } from '@trunkline/contracts/ids';
import { agentKey } from '@trunkline/contracts/nats-map';
import type { Sealed } from '@trunkline/contracts/sealed';
import { sealContext } from '@trunkline/runtime/seal';
import { z } from 'zod';
import { agentDocument } from '../../store/documents.ts';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { StoredAgent } from '../../store/store.ts';
import type { ApiParts, Routes, Scope } from '../api-parts.ts';
import { conflictProblem } from '../conflict-problem.ts';
import { errorAnswers } from '../error-body.ts';
import { nextStamp } from '../next-stamp.ts';
import { nextPage, pageFields, readPage } from '../paging.ts';
import { readId } from '../read-id.ts';
import { type Problem, problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { checkVersion, etagOf } from '../versions.ts';
import { changeAnswers, type Work, waitQuery, write } from '../write.ts';
import { type AgentBody, agentAnswer, agentAnswerSchema, createAgentSchema, patchAgentSchema } from './agent-body.ts';
import { toAgent } from './to-agent.ts';

const missing = 'Agent not found';
const params = z.object({ id: z.string() });
const pageQuery = z.object(pageFields);

function agentProblem(fault: Problem | Conflict | NotFound): Problem {
  if ('status' in fault) return fault;
  if (fault.kind === 'not-found') return problem(404, missing);
  return conflictProblem(fault, { number: 'phone_number', username: 'auth.username' });
}

function documentOf(account: AccountId, id: AgentId): NonNullable<Work<StoredAgent, never>['document']> {
  return {
    bucket: 'agents',
    key: agentKey(account, id),
    isIt: (change, { agent }) => {
      if (change.kind === 'delete') return false;
      const { updated_at } = JSON.parse(change.value) as { updated_at?: number };
      return change.value === agentDocument(agent).value || (updated_at ?? 0) > agent.updated_at;
    },
  };
}

function sealFor(
  { seal }: ApiParts,
  { account, id }: { readonly account: AccountId; readonly id: AgentId },
  body: AgentBody,
): Sealed | null {
  const password = body.auth?.password;
  return password === undefined ? null : seal(password, sealContext(account, id));
}

/** Where AI agent runtimes are reached, and how their own calls are recognised. */
export const agentRoutes: Routes = async (scope, parts) => {
  createAgent(scope, parts);
  readAgents(scope, parts);
  changeAgent(scope, parts);
  deleteAgent(scope, parts);
};

function createAgent(scope: Scope, parts: ApiParts): void {
  const { clock, ids } = parts;
  scope.post(
    '/agents',
    {
      schema: {
        summary: 'Create an agent',
        querystring: waitQuery,
        body: createAgentSchema,
        response: { ...changeAnswers(201, agentAnswerSchema), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { account } = accessOf(request);
      const now = clock.now();
      const id = agentIdSchema.parse(ids.ulid());
      const stamps = { created_at: now, updated_at: now };
      const agent = { id, account, name: body.name, uri: body.uri, auth: null, acl: [], is_active: true, ...stamps };
      const password = sealFor(parts, { account, id }, body);
      const made = toAgent(body, { base: { agent, as_given: {} }, password, now });
      if (!made.ok) throw new Refusal(made.fault);
      await write(request, reply, parts, {
        status: 201,
        run: (writes) => writes.createAgent(made.value),
        refuse: agentProblem,
        answer: agentAnswer,
        version: ({ version }) => version,
        document: documentOf(account, id),
      });
      return reply;
    },
  );
}

function readAgents(scope: Scope, { store }: ApiParts): void {
  scope.get(
    '/agents',
    {
      schema: {
        summary: 'List agents',
        querystring: pageQuery,
        response: { 200: z.array(agentAnswerSchema), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const agents = await store.agents(accessOf(request).account, readPage(request.query));
      const next = nextPage(
        request,
        request.query,
        agents.map(({ agent }) => agent),
      );
      if (next !== undefined) void reply.header('link', next.link);
      return agents.map(agentAnswer);
    },
  );

  scope.get(
    '/agents/:id',
    { schema: { summary: 'Show an agent', params, response: { 200: agentAnswerSchema, ...errorAnswers } } },
    async (request, reply) => {
      const stored = await store.agent(accessOf(request).account, readId(agentIdSchema, request.params.id, missing));
      if (stored === undefined) throw new Refusal(problem(404, missing));
      void reply.header('etag', etagOf(stored.version));
      return agentAnswer(stored);
    },
  );
}

function changeAgent(scope: Scope, parts: ApiParts): void {
  scope.patch(
    '/agents/:id',
    {
      schema: {
        summary: 'Change an agent',
        params,
        querystring: waitQuery,
        body: patchAgentSchema,
        response: { ...changeAnswers(200, agentAnswerSchema), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { account } = accessOf(request);
      const id = readId(agentIdSchema, request.params.id, missing);
      const password = sealFor(parts, { account, id }, body);
      await write(request, reply, parts, {
        status: 200,
        run: (writes) =>
          writes.changeAgent<Problem>(id, (base) => {
            const known = checkVersion(request, base);
            if (!known.ok) return known;
            return toAgent(body, { base, password, now: nextStamp(parts.clock.now(), base.agent.updated_at) });
          }),
        refuse: agentProblem,
        answer: agentAnswer,
        version: ({ version }) => version,
        document: documentOf(account, id),
      });
      return reply;
    },
  );
}

function deleteAgent(scope: Scope, parts: ApiParts): void {
  const answers = changeAnswers(200, z.object({ message: z.string() }));
  scope.delete(
    '/agents/:id',
    {
      schema: { summary: 'Delete an agent', params, querystring: waitQuery, response: { ...answers, ...errorAnswers } },
    },
    async (request, reply) => {
      const { account } = accessOf(request);
      const id = readId(agentIdSchema, request.params.id, missing);
      await write(request, reply, parts, {
        status: 200,
        run: (writes) => writes.deleteAgent<Problem>(id, (present) => checkVersion(request, present)),
        refuse: (fault: Problem | Conflict | NotFound) => agentProblem(fault),
        answer: ({ numbers_unmapped }) => ({
          message: `Agent deleted successfully. ${numbers_unmapped} phone number(s) unmapped.`,
        }),
        document: { bucket: 'agents', key: agentKey(account, id), isIt: ({ kind }) => kind === 'delete' },
      });
      return reply;
    },
  );
}
