import type { CallRecord } from '@trunkline/contracts/call-record';
import { type Cause, causeTable } from '@trunkline/contracts/causes';
import type { CallEvent } from '@trunkline/contracts/events/call-events';
import type { CallId, EdgeId, EventId } from '@trunkline/contracts/ids';
import { callSubject } from '@trunkline/contracts/nats-map';
import {
  hangupSubject,
  type OriginateReply,
  type OriginateRequest,
  originateQueue,
  originateRequestSchema,
  originateSubject,
} from '@trunkline/contracts/originate';
import type { Instant } from '@trunkline/contracts/time';
import type { Bus } from '@trunkline/runtime/bus';
import type { Clock } from '@trunkline/runtime/clock';
import { freshId } from '../../store/contract/sample.ts';

type Answer = Cause | 'ok' | 'silence' | 'never';

/** An edge as config meets it: it takes what it is asked, unless told otherwise, and tells what the test says. */
export interface EdgeUnderTest {
  readonly requests: readonly OriginateRequest[];
  /** Calls that it was told to end. */
  readonly hungUp: readonly CallId[];
  /** What the next requests are answered; `silence` is as if the answer were lost, `never` takes the call and does not say so. */
  answers(...replies: readonly Answer[]): void;
  tells(call: CallId, type: 'call.attempted' | 'call.ringing' | 'call.answered'): Promise<void>;
  /** Tells of the end. */
  ends(call: CallId, cause: Cause, outcome: CallRecord['outcome'], more?: Partial<CallRecord>): Promise<void>;
  stop(): Promise<void>;
}

const edge = 'edge-1' as EdgeId;

export async function openEdge({ bus, clock }: { readonly bus: Bus; readonly clock: Clock }): Promise<EdgeUnderTest> {
  const requests: OriginateRequest[] = [];
  const hungUp: CallId[] = [];
  const replies: Answer[] = [];
  const base = (call: CallId) => {
    const { account, trunk } = requestOf(call);
    return { id: freshId() as EventId, at: clock.now(), account, call, edge, trunk };
  };
  const requestOf = (call: CallId): OriginateRequest => {
    const request = requests.find((one) => one.call === call);
    if (request === undefined) throw new Error(`the edge was never asked for ${call}`);
    return request;
  };
  const tell = (event: CallEvent) => bus.publish(callSubject(event), JSON.stringify(event), event.id);

  const answering = await bus.respond(originateSubject, originateQueue, async (payload) => {
    const request = originateRequestSchema.parse(JSON.parse(payload));
    requests.push(request);
    const { call } = request;
    const next = replies.shift() ?? 'ok';
    if (next === 'silence') throw new Error('the answer is lost');
    if (next === 'ok' || next === 'never') {
      await bus.respond(hangupSubject(call), originateQueue, async () => {
        hungUp.push(call);
        return JSON.stringify({ ok: true });
      });
    }
    if (next === 'never') return new Promise(() => {});
    const reply: OriginateReply = next === 'ok' ? { ok: true, call } : { ok: false, cause: next, message: '' };
    return JSON.stringify(reply);
  });

  return {
    requests,
    hungUp,
    answers: (...given) => void replies.push(...given),
    async tells(call, type) {
      const { from, to, agent } = requestOf(call);
      const attempted = { direction: 'outbound', trunk_name: 'one', agent, agent_name: 'bot', from, to } as const;
      await tell(type === 'call.attempted' ? { type, ...base(call), ...attempted } : { type, ...base(call) });
    },
    async ends(call, cause, outcome, more = {}) {
      const record = { ...recordOf(requestOf(call), cause, clock.now()), outcome, ...more };
      await tell({ type: 'call.ended', ...base(call), record });
    },
    stop: () => answering.stop(),
  };
}

function recordOf({ call, account, trunk, agent, from, to }: OriginateRequest, cause: Cause, at: Instant): CallRecord {
  return {
    ...{ id: call, edge, account, direction: 'outbound', trunk, trunk_name: 'one', number: null, agent },
    ...{ agent_name: 'bot', from, to, sip_call_id: '', sip_call_id_b: null, source: null, admitted_by: null },
    explanation: { decision: 'accepted', cause: null, summary: 'taken', candidates: [], candidates_total: 0 },
    ...{ attempts: [], outcome: 'failed', cause, cause_text: causeTable[cause].text, status: null },
    ...{ ended_by: 'callee', started_at: at, ringing_at: null, answered_at: null, ended_at: at },
    ...{ post_dial_delay_ms: null, duration_ms: 0, media: null, ladder: [] },
  };
}
