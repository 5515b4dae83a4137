import type { LegA, LegB, OfferWanted, SessionOffer } from './legs.ts';
import { type MediaSession, type MediaSide, otherSide } from './media.ts';

type Other = Pick<LegA | LegB, 'modify' | 'askForOffer'>;

/**
 * One offer/answer exchange through the relay (RFC 3261 §14, RFC 3264 §8): the offer of one side to the other leg, its
 * answer back. A refusal leaves the session as it was. Never rejects.
 */
export async function modifySession(
  session: MediaSession,
  from: MediaSide,
  offer: SessionOffer | OfferWanted,
  other: Other,
): Promise<void> {
  if (offer.sdp === null) return offerSession(session, from, offer, other);
  const offered = await session.offer(from, offer.sdp);
  if (!offered.ok) return offer.refuse(488);
  const modified = await other.modify(offered.sdp);
  if (!modified.ok) return offer.refuse(modified.status);
  const answered = await session.answer(otherSide[from], modified.sdp);
  return answered.ok ? offer.accept(answered.sdp) : offer.refuse(488);
}

/**
 * The same for a side that wants to be offered something: the other leg is asked what it offers, and hears the answer in our ACK.
 * One that cannot be asked is taken at what it said last, and hears nothing. A side that answers nothing of use is taken at what it
 * said last, too.
 */
async function offerSession(session: MediaSession, from: MediaSide, wanted: OfferWanted, other: Other): Promise<void> {
  const asked = await other.askForOffer();
  if (!asked.ok && asked.status === 491) return wanted.refuse(491);
  const theirs = asked.ok ? asked.sdp : session.said(otherSide[from]);
  const conclude = (answer: string | null): void => {
    if (asked.ok) asked.answer(answer);
  };
  const offered = theirs === null ? null : await session.offer(otherSide[from], theirs);
  if (offered === null || !offered.ok) {
    conclude(null);
    return wanted.refuse(488);
  }
  const before = session.said(from);
  const said = await wanted.offer(offered.sdp);
  const answered = said === null ? null : await session.answer(from, said);
  if (answered?.ok === true) return conclude(answered.sdp);
  const restored = before === null ? null : await session.answer(from, before);
  conclude(restored?.ok === true ? restored.sdp : null);
}
