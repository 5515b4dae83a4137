import type { LegA, LegB, Modified } from './legs.ts';
import type { MediaSession } from './media.ts';

type Leg = Pick<LegA | LegB, 'modify'>;
type Wait = (delay_ms: number) => Promise<void>;

/**
 * RFC 3261 §14.1: how long after a 491 a re-INVITE is tried again, once. The Call-ID is ours towards the callee, and theirs towards
 * the caller.
 */
const retry_ms = { callee: 2_200, caller: 1_000 } as const;

/**
 * Takes both sides to another node of the relay by a re-INVITE towards each, one after the other (RFC 3261 §14.1): the callee
 * is offered what the caller said last, the caller what the callee answers. False when a side, or every node, refuses. Never
 * rejects.
 */
export async function reAnchor(session: MediaSession, legA: Leg, legB: Leg, wait: Wait): Promise<boolean> {
  const toCallee = await session.move();
  if (!toCallee.ok) return false;
  const callee = await modify(legB, toCallee.sdp, () => wait(retry_ms.callee));
  if (!callee.ok) return false;
  const answered = await session.answer('callee', callee.sdp);
  if (!answered.ok) return false;

  const toCaller = await session.offer('callee', callee.sdp);
  if (!toCaller.ok) return false;
  const caller = await modify(legA, toCaller.sdp, () => wait(retry_ms.caller));
  if (!caller.ok) return false;
  const settled = await session.answer('caller', caller.sdp);
  if (settled.ok) session.settled();
  return settled.ok;
}

/** The side may be about to change the session itself: that comes first. */
async function modify(leg: Leg, sdp: string, pause: () => Promise<void>): Promise<Modified> {
  const first = await leg.modify(sdp);
  if (first.ok || first.status !== 491) return first;
  await pause();
  return leg.modify(sdp);
}
