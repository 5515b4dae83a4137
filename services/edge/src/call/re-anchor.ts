import type { LegA, LegB } from './legs.ts';
import type { MediaSession } from './media.ts';

type Leg = Pick<LegA | LegB, 'modify'>;

/**
 * Takes both sides to another node of the relay by a re-INVITE towards each, one after the other (RFC 3261 §14.1): the callee
 * is offered what the caller said last, the caller what the callee answers. False when a side, or every node, refuses. Never
 * rejects.
 */
export async function reAnchor(session: MediaSession, legA: Leg, legB: Leg): Promise<boolean> {
  const toCallee = await session.move();
  if (!toCallee.ok) return false;
  const callee = await legB.modify(toCallee.sdp);
  if (!callee.ok) return false;
  const answered = await session.answer('callee', callee.sdp);
  if (!answered.ok) return false;

  const toCaller = await session.offer('callee', callee.sdp);
  if (!toCaller.ok) return false;
  const caller = await legA.modify(toCaller.sdp);
  if (!caller.ok) return false;
  const settled = await session.answer('caller', caller.sdp);
  if (settled.ok) session.settled();
  return settled.ok;
}
