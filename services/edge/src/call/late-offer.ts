import type { Cause } from '@trunkline/contracts/causes';
import { narrowSdp } from '@trunkline/sip/narrow-sdp';
import type { CallFacts } from './call-state.ts';
import type { MediaSession, Relayed } from './media.ts';
import { readAudio } from './read-description.ts';

/**
 * Leg B's answer as leg A gets it: our answer to what leg A offered; else our offer, of what leg B has agreed to with the caller that
 * we described in its place (RFC 3264 §5). Never rejects.
 */
export async function sessionForA({ leg_a }: CallFacts, session: MediaSession, answer: string): Promise<Relayed> {
  const answered = await session.answer('callee', answer);
  return leg_a === 'offers' || !answered.ok ? answered : session.offer('callee', asItSends(answer));
}

/**
 * With the codec that the callee sends alone, the first (RFC 3264 §6.1): it will not hear what the caller answers, so what the
 * caller chooses otherwise is for the relay to convert.
 */
function asItSends(answer: string): string {
  const formats = readAudio(answer)?.formats ?? [];
  const named = (name: string) => formats.filter(({ encoding }) => encoding?.name === name);
  const events = named('TELEPHONE-EVENT');
  const first = formats.find((format) => !events.includes(format));
  const kept = first === undefined ? formats : [first, ...events];
  return narrowSdp(answer, { payload_types: kept.map(({ payload_type }) => payload_type), without_keys: false });
}

const causes: Partial<Record<Cause, Cause>> = {
  'answer-unusable': 'caller-answer-unusable',
  'encryption-refused': 'caller-encryption-refused',
};

/** Why the call ends when the relay does not take leg A's answer to our offer. */
export function causeOfDisagreement({ cause = 'media-unavailable' }: Extract<Relayed, { ok: false }>): Cause {
  return causes[cause] ?? cause;
}
