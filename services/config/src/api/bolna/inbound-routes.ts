import { type AgentId, agentIdSchema, type NumberId, numberIdSchema } from '@trunkline/contracts/ids';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { accept, refuse } from '../../result.ts';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { StoredTrunk } from '../../store/store.ts';
import type { Routes } from '../api-parts.ts';
import { errorAnswers } from '../error-body.ts';
import { textField } from '../fields.ts';
import { nextStamp } from '../next-stamp.ts';
import { readId } from '../read-id.ts';
import { type Problem, problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { changeAnswers, type Work, waitQuery, write } from '../write.ts';
import { numberMissing } from './number-routes.ts';
import { trunkProblem, writtenDocument } from './written-trunk.ts';

const agentMissing = 'Agent not found';
const unlinkMissing = "Phone number doesn't exist.";

const idBody = textField(64);
const setupSchema = z.object({ agent_id: idBody, phone_number_id: idBody }, { error: 'must be a JSON object' });
const unlinkSchema = z.object({ phone_number_id: idBody }, { error: 'must be a JSON object' });
const setupAnswer = z.object({ message: z.string(), url: z.string(), phone_number: z.string(), id: z.string() });
const unlinkAnswer = z.object({ url: z.null(), phone_number: z.string(), id: z.string() });

/** Which agent takes the calls to a number: one at most, so mapping again takes it from the former. */
export const inboundRoutes: Routes = async (scope, parts) => {
  const { store, clock } = parts;

  const mapping = async (
    request: FastifyRequest,
    { id, agent, missing }: { readonly id: NumberId; readonly agent: AgentId | null; readonly missing: string },
    answer: (phone_number: string) => object,
  ): Promise<Work<StoredTrunk, Problem | Conflict | NotFound>> => {
    const { account } = accessOf(request);
    const holder = await store.numberHolder(account, id);
    if (holder === undefined) throw new Refusal(problem(404, missing));
    return {
      status: 200,
      run: (writes) =>
        writes.changeTrunk<Problem>(holder, (stored) => {
          const { numbers } = stored.trunk;
          if (!numbers.some((number) => number.id === id)) return refuse(problem(404, missing));
          const now = nextStamp(clock.now(), stored.trunk.updated_at);
          const mapped = numbers.map((number) => (number.id === id ? { ...number, agent, updated_at: now } : number));
          return accept({ ...stored, trunk: { ...stored.trunk, numbers: mapped, updated_at: now } });
        }),
      refuse: trunkProblem('phone_number_id', missing),
      answer: ({ trunk }) => answer(trunk.numbers.find((number) => number.id === id)?.number ?? ''),
      document: writtenDocument({ account, id: holder }),
    };
  };

  scope.post(
    '/inbound/setup',
    {
      schema: {
        summary: 'Give the calls to a number to an agent',
        querystring: waitQuery,
        body: setupSchema,
        response: { ...changeAnswers(200, setupAnswer), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { account } = accessOf(request);
      const id = readId(numberIdSchema, request.body.phone_number_id, numberMissing);
      const agentId = readId(agentIdSchema, request.body.agent_id, agentMissing);
      const agent = await store.agent(account, agentId);
      if (agent === undefined) throw new Refusal(problem(404, agentMissing));
      const message = 'SIP trunk number successfully mapped to agent';
      const work = await mapping(request, { id, agent: agentId, missing: numberMissing }, (phone_number) => ({
        message,
        url: agent.agent.uri,
        phone_number,
        id,
      }));
      await write(request, reply, parts, work);
      return reply;
    },
  );

  scope.post(
    '/inbound/unlink',
    {
      schema: {
        summary: 'Take a number from its agent',
        querystring: waitQuery,
        body: unlinkSchema,
        response: { ...changeAnswers(200, unlinkAnswer), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const id = readId(numberIdSchema, request.body.phone_number_id, unlinkMissing);
      const work = await mapping(request, { id, agent: null, missing: unlinkMissing }, (phone_number) => ({
        url: null,
        phone_number,
        id,
      }));
      await write(request, reply, parts, work);
      return reply;
    },
  );
};
