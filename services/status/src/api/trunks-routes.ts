import { trunkIdSchema } from '@trunkline/contracts/ids';
import type { Clock } from '@trunkline/runtime/clock';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { summarizeEdge } from '../view/edge-summary.ts';
import { trunkSummary, type View } from '../view/view.ts';
import { accessOf } from './authenticate.ts';
import { sendError } from './errors.ts';

const trunksQuerySchema = z.strictObject({
  /** Id of the last trunk of the page before. */
  cursor: trunkIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});

export function trunksRoutes(app: FastifyInstance, parts: { readonly view: View; readonly clock: Clock }): void {
  const { view, clock } = parts;
  const typed = app.withTypeProvider<ZodTypeProvider>();

  typed.get('/trunks', { schema: { querystring: trunksQuerySchema } }, async (request) => {
    const { cursor, limit } = request.query;
    const trunks = view.trunks
      .trunksOf(accessOf(request).account)
      .filter(({ id }) => cursor === undefined || id > cursor)
      .slice(0, limit)
      .map((trunk) => trunkSummary(view, trunk, clock.now()));
    return { trunks, next_cursor: trunks.length === limit ? (trunks.at(-1)?.id ?? null) : null };
  });

  typed.get('/trunks/:id', { schema: { params: z.strictObject({ id: z.string() }) } }, async (request, reply) => {
    const { data: id } = trunkIdSchema.safeParse(request.params.id);
    const trunk = id === undefined ? undefined : view.trunks.trunk(id);
    if (trunk === undefined || trunk.account !== accessOf(request).account) {
      return sendError(reply, 404, 'Trunk not found');
    }
    return trunkSummary(view, trunk, clock.now());
  });

  typed.get('/edges', { schema: { querystring: z.strictObject({}) } }, async (request) => {
    const access = accessOf(request);
    const now = clock.now();
    return { edges: view.edges.list(now).map((edge) => summarizeEdge(access, edge, now)) };
  });
}
