import type { LegA, LegB, SessionOffer } from './legs.ts';
import type { MediaSession, MediaSide } from './media.ts';

/**
 * One offer/answer exchange through the relay (RFC 3261 §14, RFC 3264 §8): the offer of one side to the other leg, its
 * answer back. A refusal leaves the session as it was. Never rejects.
 */
export async function modifySession(
  session: MediaSession,
  from: MediaSide,
  offer: SessionOffer,
  other: Pick<LegA | LegB, 'modify'>,
): Promise<void> {
  const offered = await session.offer(from, offer.sdp);
  if (!offered.ok) return offer.refuse(488);
  const modified = await other.modify(offered.sdp);
  if (!modified.ok) return offer.refuse(modified.status);
  const answered = await session.answer(from === 'caller' ? 'callee' : 'caller', modified.sdp);
  return answered.ok ? offer.accept(answered.sdp) : offer.refuse(488);
}
