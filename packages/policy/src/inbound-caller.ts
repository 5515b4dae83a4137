import type { CallerShown } from '@trunkline/contracts/call-record';
import type { CallerIdentity } from '@trunkline/contracts/trunk';
import { callerText } from './caller-text.ts';
import { noIdentity, type ReceivedDiversion, type ReceivedIdentity, wantsPrivacy } from './received-identity.ts';
import type { ReceivedInvite } from './received-invite.ts';
import { escapeUser } from './target-uri.ts';

/** The caller of a carrier's INVITE, as the agent and the record are told. */
export interface InboundCaller {
  /** URI of From. */
  readonly from_uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly shown: CallerShown;
}

/** RFC 3323 §4.1.1.3 */
export const anonymousUri = 'sip:anonymous@anonymous.invalid';

/** The SIP server puts the address in that it sends from. */
export const ourselves = 'localhost';

type Said = Pick<ReceivedInvite, 'from_user' | 'identity'>;

/**
 * Who calls? Where the carrier is trusted the network's word comes before the caller's own: P-Asserted-Identity, then
 * Remote-Party-ID, then From. Where it is not, only From is there, and nothing of the rest goes on (RFC 3325 §5). A wish for
 * privacy is kept whoever tells of it: it can only take away.
 */
export function inboundCaller({ from_user, identity }: Said, settings: CallerIdentity): InboundCaller {
  const said = identity ?? noIdentity;
  const isPrivate = wantsPrivacy(said);
  const isHidden = isPrivate && !(settings.trusted && settings.private_numbers_shown);
  const asserted = settings.trusted && !isHidden ? assertedIn(said) : null;
  const presented = isHidden ? null : callerText(from_user);
  const user = asserted?.user ?? presented;
  const diversions = settings.trusted && !isHidden ? told(said) : [];
  return {
    from_uri: user === null ? anonymousUri : ourUri(user),
    headers: {
      ...(asserted === null ? {} : { 'P-Asserted-Identity': `<${ourUri(asserted.user)}>` }),
      ...(isPrivate ? { Privacy: 'id' } : {}),
      ...listed('Diversion', diversions, 'diversion'),
      ...listed('History-Info', diversions, 'history-info'),
    },
    shown: {
      asserted: asserted?.user ?? null,
      asserted_by: asserted?.by ?? null,
      presented,
      private: isPrivate,
      diversions: diversions.map(({ from, reason, by }) => ({ from, reason, by })),
    },
  };
}

function ourUri(user: string): string {
  return `sip:${escapeUser(user)}@${ourselves}`;
}

function assertedIn({ asserted, remote_party }: ReceivedIdentity) {
  const first = callerText(asserted);
  if (first !== null) return { user: first, by: 'p-asserted-identity' as const };
  const second = callerText(remote_party);
  return second === null ? null : { user: second, by: 'remote-party-id' as const };
}

/** RFC 7044 §10.1: `Privacy: history` covers every entry. A diversion tells where a call came by, so it is covered, too. */
function told({ diversions, privacy }: ReceivedIdentity): readonly ReceivedDiversion[] {
  return privacy.includes('history') ? [] : diversions.filter(({ withheld }) => !withheld);
}

function listed(
  name: string,
  diversions: readonly ReceivedDiversion[],
  by: ReceivedDiversion['by'],
): Record<string, string> {
  const texts = diversions.filter((diversion) => diversion.by === by).map(({ text }) => text);
  return texts.length === 0 ? {} : { [name]: texts.join(', ') };
}
