import type { CallId } from '@trunkline/contracts/ids';
import {
  type HangupReply,
  hangupSubject,
  type OriginateReply,
  type OriginateRequest,
  originateQueue,
  originateRequestSchema,
  originateSubject,
} from '@trunkline/contracts/originate';
import type { Bus, Subscription } from '@trunkline/runtime/bus';

/** What config and others ask of the edge over NATS. */
export interface Asked {
  originate(request: OriginateRequest): OriginateReply;
  /** False when there is no such call, or it is ending. */
  hangUp(call: CallId): boolean;
}

/** The edges share these requests. */
export function answerOriginate(bus: Bus, asked: Pick<Asked, 'originate'>): Promise<Subscription> {
  return bus.respond(originateSubject, originateQueue, async (payload) =>
    JSON.stringify(replyTo(payload, asked) satisfies OriginateReply),
  );
}

/**
 * Requests to end one call are taken while there is one, so that nobody waits for an answer to any other. Returns how to stop. Of
 * a NATS that is away the subscription waits for its return.
 */
export function answerHangup(bus: Bus, call: CallId, asked: Pick<Asked, 'hangUp'>): () => void {
  const subscribed = bus.respond(hangupSubject(call), originateQueue, async () =>
    JSON.stringify({ ok: asked.hangUp(call) } satisfies HangupReply),
  );
  return () => void subscribed.then((subscription) => subscription.stop());
}

function replyTo(payload: string, asked: Pick<Asked, 'originate'>): OriginateReply {
  const request = originateRequestSchema.safeParse(parse(payload));
  if (request.success) return asked.originate(request.data);
  const [issue] = request.error.issues;
  const message = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a request'}`;
  return { ok: false, cause: 'malformed-request', message };
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
