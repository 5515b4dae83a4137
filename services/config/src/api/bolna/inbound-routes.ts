import { type AccountId, type AgentId, agentIdSchema, type NumberId, numberIdSchema } from '@trunkline/contracts/ids';
import type { TrunkNumber } from '@trunkline/contracts/trunk';
import { z } from 'zod';
import { accept, refuse } from '../../result.ts';
import type { Routes } from '../api-parts.ts';
import { errorAnswers } from '../error-body.ts';
import { textField } from '../fields.ts';
import { readId } from '../read-id.ts';
import { type Problem, problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { numberMissing } from './number-routes.ts';
import { writtenTrunk } from './written-trunk.ts';

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

  const mapNumber = async (
    account: AccountId,
    id: NumberId,
    agent: AgentId | null,
    missing: string,
  ): Promise<TrunkNumber> => {
    const holder = await store.numberHolder(account, id);
    if (holder === undefined) throw new Refusal(problem(404, missing));
    const now = clock.now();
    const changed = await store.changeTrunk<Problem>(account, holder, (stored) => {
      const { numbers } = stored.trunk;
      if (!numbers.some((number) => number.id === id)) return refuse(problem(404, missing));
      const mapped = numbers.map((number) => (number.id === id ? { ...number, agent, updated_at: now } : number));
      return accept({ ...stored, trunk: { ...stored.trunk, numbers: mapped, updated_at: now } });
    });
    const { numbers } = writtenTrunk(changed, 'phone_number_id', missing).trunk;
    const number = numbers.find((one) => one.id === id);
    if (number === undefined) throw new Refusal(problem(404, missing));
    parts.committed();
    return number;
  };

  scope.post(
    '/inbound/setup',
    { schema: { body: setupSchema, response: { 200: setupAnswer, ...errorAnswers } } },
    async (request) => {
      const { account } = accessOf(request);
      const id = readId(numberIdSchema, request.body.phone_number_id, numberMissing);
      const agentId = readId(agentIdSchema, request.body.agent_id, agentMissing);
      const agent = await store.agent(account, agentId);
      if (agent === undefined) throw new Refusal(problem(404, agentMissing));
      const number = await mapNumber(account, id, agentId, numberMissing);
      return {
        message: 'SIP trunk number successfully mapped to agent',
        url: agent.agent.uri,
        phone_number: number.number,
        id: number.id,
      };
    },
  );

  scope.post(
    '/inbound/unlink',
    { schema: { body: unlinkSchema, response: { 200: unlinkAnswer, ...errorAnswers } } },
    async (request) => {
      const id = readId(numberIdSchema, request.body.phone_number_id, unlinkMissing);
      const number = await mapNumber(accessOf(request).account, id, null, unlinkMissing);
      return { url: null, phone_number: number.number, id: number.id };
    },
  );
};
