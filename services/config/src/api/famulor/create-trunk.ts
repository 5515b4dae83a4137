import { gatewayIdSchema, numberIdSchema, trunkIdSchema } from '@trunkline/contracts/ids';
import { z } from 'zod';
import type { Conflict } from '../../store/faults.ts';
import type { TrunkDraft } from '../../store/store.ts';
import type { ApiParts, Scope } from '../api-parts.ts';
import { blankTrunk } from '../bolna/blank-trunk.ts';
import { merge } from '../bolna/merge.ts';
import { sealPassword } from '../bolna/seal-password.ts';
import { writtenDocument } from '../bolna/written-trunk.ts';
import { Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { changeAnswers, waitQuery, write } from '../write.ts';
import { errorAnswers } from './error-body.ts';
import { nameOf, type ToTrunkParts, toTrunk } from './to-trunk.ts';
import { trunkAnswer, trunkAnswerSchema } from './trunk-answer.ts';
import { createTrunkSchema, defaultSettings, type TrunkSettings } from './trunk-body.ts';
import { trunkProblem } from './trunk-problem.ts';

const createdSchema = z.object({ message: z.string(), data: trunkAnswerSchema });

/** A nickname need not be unique in this dialect, a trunk's name has to be: one that is taken gets the trunk's id behind it. */
function freeName(settings: TrunkSettings, id: string): string {
  return `${nameOf(settings)} (${id.slice(-8)})`;
}

/** What this dialect's trunks are beyond what it says. */
function startOf(...parameters: Parameters<typeof blankTrunk>): TrunkDraft {
  const { trunk, as_given } = blankTrunk(...parameters);
  const media = { ...trunk.media, codecs: ['PCMU' as const, 'PCMA' as const] };
  return { trunk: { ...trunk, provider: 'custom', direction: 'both', media }, as_given };
}

/** `POST /api/user/phone-numbers/sip-trunks` */
export function createTrunk(scope: Scope, parts: ApiParts): void {
  const { clock, ids } = parts;
  scope.post(
    '/api/user/phone-numbers/sip-trunks',
    {
      schema: {
        summary: 'Create a trunk (Famulor, Autocalls)',
        querystring: waitQuery,
        body: createTrunkSchema,
        response: { ...changeAnswers(201, createdSchema), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const now = clock.now();
      const base = startOf(trunkIdSchema.parse(ids.ulid()), accessOf(request).account, now);
      const made: ToTrunkParts = {
        base,
        password: sealPassword(parts.seal, base.trunk, body.sip_password),
        now,
        newGatewayId: () => gatewayIdSchema.parse(ids.ulid()),
        newNumberId: () => numberIdSchema.parse(ids.ulid()),
      };
      const settings = merge<TrunkSettings>(defaultSettings, {
        ...body,
        allowed_inbound_ips: body.allowed_inbound_ips ?? [],
      });
      const draft = (name?: string): TrunkDraft => {
        const result = toTrunk(settings, name === undefined ? made : { ...made, name });
        if (!result.ok) throw new Refusal(result.fault);
        return result.value;
      };
      const first = draft();
      await write(request, reply, parts, {
        status: 201,
        run: async (writes) => {
          const created = await writes.createTrunk(first);
          if (created.ok || created.fault.kind !== 'name-taken') return created;
          return writes.createTrunk(draft(freeName(settings, base.trunk.id)));
        },
        refuse: (conflict: Conflict) => trunkProblem(conflict),
        answer: (stored) => ({
          message: 'SIP trunk created successfully.',
          data: trunkAnswer(stored, parts.stateOf(stored.trunk)),
        }),
        version: ({ version }) => version,
        document: writtenDocument(base.trunk),
      });
      return reply;
    },
  );
}
