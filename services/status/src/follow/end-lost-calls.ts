import type { CallEvent } from '@trunkline/contracts/events/call-events';
import type { EventId } from '@trunkline/contracts/ids';
import { callSubject } from '@trunkline/contracts/nats-map';
import type { Instant } from '@trunkline/contracts/time';
import type { Bus, Subscription } from '@trunkline/runtime/bus';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import type { LiveCall } from '../view/live-call.ts';
import type { View } from '../view/view.ts';
import { isLost, lostRecord } from './lost-record.ts';

const maxInterval_ms = 10_000;
/** Calls that are ended in one round. */
const portion = 1_000;

/**
 * An edge that dies takes what it knew of its calls with it: after a while we tell the end of each in its stead, into the
 * stream, so that every reader hears the same. Should the edge have been cut off only, its own record takes the place of ours.
 */
export function endLostCalls(parts: {
  readonly view: View;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lost_edge_ms: number;
}): Subscription {
  const { view, bus, clock, logger, lost_edge_ms } = parts;
  let stopped = false;
  let timer: Timer | undefined;
  /** Without NATS we hear no heartbeat of anybody: nobody can be called silent until all had the time to speak again. */
  let sees_since: Instant | undefined;

  const lostCalls = (now: Instant): LiveCall[] => {
    const lost: LiveCall[] = [];
    for (const call of view.calls.live()) {
      const last_there = view.edges.lastThere(call.edge, now);
      if (isLost(call, view.edges.get(call.edge), last_there, now, lost_edge_ms)) lost.push(call);
      if (lost.length >= portion) break;
    }
    return lost;
  };
  const end = async (call: LiveCall, now: Instant): Promise<void> => {
    const record = lostRecord(call, view.edges.get(call.edge));
    // The call's own id: however many of us tell of its end, it is one event.
    const id = call.id as string as EventId;
    const { account, trunk, edge } = record;
    const event: CallEvent = { type: 'call.ended', id, at: now, account, call: call.id, edge, trunk, record };
    await bus.publish(callSubject(event), JSON.stringify(event), event.id);
  };
  const round = async (): Promise<void> => {
    const now = clock.now();
    if (!bus.connected) sees_since = undefined;
    else sees_since ??= now;
    if (sees_since === undefined || now - sees_since < lost_edge_ms) return;
    const lost = lostCalls(now);
    if (lost.length === 0) return;
    logger.warn('Calls are taken as ended: their edge is gone', { calls: lost.length, edge: lost[0]?.edge });
    await Promise.all(lost.map((call) => end(call, now)));
  };
  const wait = (): void => {
    if (stopped) return;
    timer = clock.after(Math.min(maxInterval_ms, lost_edge_ms / 4), () => {
      round()
        .catch((error: unknown) => logger.warn('The end of lost calls could not be told', { error }))
        .finally(wait);
    });
  };
  wait();
  return {
    async stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}
