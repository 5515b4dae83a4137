import type { Caller } from './caller.ts';
import type { Policy } from './policy.ts';
import type { ReceivedInvite } from './received-invite.ts';

export interface FoundRegistration {
  /** Without the Contact user, which is no number: To has what was dialled. */
  readonly invite: ReceivedInvite;
  /** The caller, when the INVITE is for a Contact of ours. */
  readonly registered: { readonly kind: 'continue'; readonly value: Caller } | undefined;
}

/**
 * Is the INVITE for a Contact that we registered? That is known to us and to the trunk's registrar alone, so the INVITE is the
 * carrier's whatever address it comes from, and on that trunk whichever others share the carrier's addresses.
 */
export function findRegistration(invite: ReceivedInvite, policy: Policy): FoundRegistration {
  const trunk = invite.called === null ? undefined : policy.trunkByContactUser(invite.called);
  if (trunk === undefined) return { invite, registered: undefined };
  const caller: Caller = { trunks: [], agents: [], proven: [], username: null, registered: trunk };
  return { invite: { ...invite, called: null }, registered: { kind: 'continue', value: caller } };
}

/** `tl` and 128 bits in hex. */
const contactUserShape = /^tl[0-9a-f]{32}$/;

export function contactUserOf(bits: string): string {
  return `tl${bits.slice(0, 32)}`;
}

/** What was dialled, for people: never a Contact of ours, which is as good as a password. */
export function dialledText({ called, to }: Pick<ReceivedInvite, 'called' | 'to'>): string {
  return (called === null || contactUserShape.test(called) ? to : called) ?? '';
}
