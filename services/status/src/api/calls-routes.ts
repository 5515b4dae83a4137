import type { Access } from '@trunkline/contracts/access';
import { directionSchema, outcomeSchema } from '@trunkline/contracts/call-record';
import { causeSchema } from '@trunkline/contracts/causes';
import { callIdSchema, trunkIdSchema } from '@trunkline/contracts/ids';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type RecordStore, StoreUnavailable } from '../store/record-store.ts';
import type { SipTraces } from '../trace/sip-traces.ts';
import { traceLadder } from '../trace/trace-ladder.ts';
import { type CallSummary, summarizeEnded, summarizeLive } from '../view/call-summary.ts';
import { maySee, visibleRecord } from '../view/may-see.ts';
import { selectLive } from '../view/select-calls.ts';
import type { View } from '../view/view.ts';
import { accessOf } from './authenticate.ts';
import { cursorSchema, formatCursor } from './cursor.ts';
import { sendError } from './errors.ts';

export const callsQuerySchema = z.strictObject({
  state: z.enum(['live', 'ended']).optional(),
  trunk: trunkIdSchema.optional(),
  direction: directionSchema.optional(),
  outcome: outcomeSchema.optional(),
  cause: causeSchema.optional(),
  /** Exactly as in the record. */
  from: z.string().min(1).max(255).optional(),
  to: z.string().min(1).max(255).optional(),
  cursor: cursorSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
type CallsQuery = z.infer<typeof callsQuerySchema>;

export function callsRoutes(
  app: FastifyInstance,
  parts: { readonly view: View; readonly store: RecordStore; readonly traces: SipTraces },
): void {
  const { view, store, traces } = parts;
  const typed = app.withTypeProvider<ZodTypeProvider>();

  typed.get('/calls', { schema: { querystring: callsQuerySchema } }, async (request) => {
    const calls = await listCalls(view, store, accessOf(request), request.query);
    const last = calls.length === request.query.limit ? calls.at(-1) : undefined;
    return { calls, next_cursor: last === undefined ? null : formatCursor(last) };
  });

  typed.get('/calls/:id', { schema: { params: z.strictObject({ id: z.string() }) } }, async (request, reply) => {
    const access = accessOf(request);
    const { data: id } = callIdSchema.safeParse(request.params.id);
    const state = id === undefined ? undefined : view.calls.state(id);
    if (state?.kind === 'live' && maySee(access, state.call.account)) {
      return { call: summarizeLive(state.call), record: null };
    }
    // A call that has just ended is in the view before it is in the database.
    const record = state?.kind === 'ended' ? state.record : id === undefined ? undefined : await store.find(id);
    if (record === undefined || !maySee(access, record.account)) return sendError(reply, 404, 'Call not found');
    return { call: summarizeEnded(record), record: visibleRecord(access, record) };
  });

  typed.get('/calls/:id/trace', { schema: { params: z.strictObject({ id: z.string() }) } }, async (request, reply) => {
    const found = await findCall(view, store, accessOf(request), request.params.id);
    if (found === undefined) return sendError(reply, 404, 'Call not found');
    const messages = found.sip_call_id === '' ? [] : await traces.of(found.sip_call_id);
    return { ladder: traceLadder(messages), messages };
  });
}

/** Where a call is found, with what names it on the wire; undefined where there is none that the reader may see. */
async function findCall(view: View, store: RecordStore, access: Access, text: string): Promise<FoundCall | undefined> {
  const { data: id } = callIdSchema.safeParse(text);
  const state = id === undefined ? undefined : view.calls.state(id);
  if (state?.kind === 'live') {
    const { account, facts } = state.call;
    return maySee(access, account) ? { sip_call_id: facts?.sip_call_id ?? '' } : undefined;
  }
  const record = state?.kind === 'ended' ? state.record : id === undefined ? undefined : await store.find(id);
  return record !== undefined && maySee(access, record.account) ? record : undefined;
}

interface FoundCall {
  readonly sip_call_id: string;
}

/** Live calls first, then the ended ones, newest first in each; `state` asks for one of the two. */
async function listCalls(
  view: View,
  store: RecordStore,
  access: Access,
  query: CallsQuery,
): Promise<readonly CallSummary[]> {
  const { state, cursor, limit, ...filter } = query;
  const wantsLive = state !== 'ended' && cursor?.state !== 'ended';
  const after = cursor?.state === 'live' ? cursor : undefined;
  const live = wantsLive ? selectLive(view.calls.live(), access, filter, { after, limit }) : [];
  if (state === 'live' || live.length === limit) return live;
  const ended = await store
    .list({
      ...filter,
      account: access.account,
      unowned: access.operator,
      after: cursor?.state === 'ended' ? cursor : undefined,
      limit: limit - live.length,
    })
    .catch((error: unknown) => {
      // Asked for everything, what is live is still an answer; asked for the history, it would be a wrong one.
      if (error instanceof StoreUnavailable && live.length > 0) return [];
      throw error;
    });
  return [...live, ...ended.map(summarizeEnded)];
}
