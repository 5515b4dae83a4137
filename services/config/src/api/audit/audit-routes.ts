import { z } from 'zod';
import { auditActions } from '../../store/audit-entry.ts';
import type { Routes } from '../api-parts.ts';
import { errorAnswers } from '../error-body.ts';
import { iso } from '../iso.ts';
import { problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';

const usualLimit = 100;
const mostAtOnce = 1_000;
const error = `must be a whole number from 1 to ${mostAtOnce}`;
const querystring = z.object({
  limit: z.coerce.number({ error }).int(error).min(1, error).max(mostAtOnce, error).default(usualLimit),
  /** `next_cursor` of the former page. */
  cursor: z
    .string()
    .regex(/^[0-9A-Z]{26}$/, 'must be the next_cursor of another page')
    .optional(),
});
const answerSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      at: z.string(),
      by: z.object({ id: z.string(), name: z.string() }),
      request: z.string(),
      action: z.enum(auditActions),
      target: z.object({ id: z.string(), name: z.string() }),
      changes: z.array(z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })),
    }),
  ),
  next_cursor: z.string().nullable(),
});

/** Who changed what, newest first. Members do not see it. */
export const auditRoutes: Routes = async (scope, { store }) => {
  scope.get(
    '/audit',
    {
      schema: {
        summary: 'Read the audit log, newest first',
        querystring,
        response: { 200: answerSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const { account, role } = accessOf(request);
      if (role === 'member') throw new Refusal(problem(403, 'Members do not read the audit log'));
      const { limit, cursor } = request.query;
      const entries = await store.audit(account, { limit, ...(cursor === undefined ? {} : { before: cursor }) });
      return {
        data: entries.map(({ at, changes, ...entry }) => ({ ...entry, at: iso(at), changes: [...changes] })),
        next_cursor: entries.length < limit ? null : (entries.at(-1)?.id ?? null),
      };
    },
  );
};
