import type { CallerShown } from '@trunkline/contracts/call-record';
import type { Gateway } from '@trunkline/contracts/trunk';
import { formatHost } from '@trunkline/sip/host-port';
import { callerText } from './caller-text.ts';
import { formatDialled, isDiallable } from './format-dialled.ts';
import { anonymousUri, ourselves } from './inbound-caller.ts';
import type { PolicyTrunk } from './policy.ts';
import { escapeUser } from './target-uri.ts';

/** The caller of an INVITE to a carrier. */
export interface OutboundCaller {
  /** URI of From. */
  readonly from_uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly shown: CallerShown;
}

/** What the agent wants the callee to see. */
export interface CallerWish {
  /** A number that is not the trunk's; null: the trunk's own. */
  readonly foreign: string | null;
  /** `Privacy: id`, or an anonymous From. */
  readonly anonymous: boolean;
}

export const ownNumberShown: CallerWish = { foreign: null, anonymous: false };

type Trunk = Pick<PolicyTrunk, 'caller_identity' | 'number_format' | 'username'>;

/**
 * The carrier is told the trunk's own number, which it knows us by, in the fields that it wants (RFC 3325 §9.1,
 * draft-ietf-sip-privacy-04 §5); the callee sees From. An anonymous caller is one to the callee, and not to the carrier
 * (RFC 3325 §7).
 */
export function outboundCaller(
  trunk: Trunk,
  number: string,
  wish: CallerWish,
  gateway: Pick<Gateway, 'host'> | undefined,
): OutboundCaller {
  const { from, asserted_in, domain, foreign_numbers } = trunk.caller_identity;
  const { anonymous } = wish;
  const own = formatDialled(number, trunk.number_format);
  const foreign = foreign_numbers && wish.foreign !== null ? formatDialled(wish.foreign, trunk.number_format) : null;
  const shown = foreign ?? own;
  const from_user = from === 'username' && trunk.username !== null ? trunk.username : shown;
  // The SIP server knows `localhost` in From and P-Asserted-Identity alone.
  const remoteHost = domain ?? (gateway === undefined ? 'anonymous.invalid' : formatHost(gateway.host));
  const party = `<${uri(own, remoteHost)}>;party=calling;screen=yes;privacy=${anonymous ? 'full' : 'off'}`;
  const asserts = asserted_in === 'p-asserted-identity' || asserted_in === 'both';
  return {
    from_uri: anonymous ? anonymousUri : fromUri(from_user, domain),
    headers: {
      ...(asserts ? { 'P-Asserted-Identity': `<${uri(own, domain ?? ourselves)}>` } : {}),
      ...(asserted_in === 'remote-party-id' || asserted_in === 'both' ? { 'Remote-Party-ID': party } : {}),
      ...(anonymous ? { Privacy: 'id' } : {}),
    },
    shown: {
      asserted: asserted_in === 'none' ? null : callerText(own),
      asserted_by: asserted_in === 'none' ? null : asserts ? 'p-asserted-identity' : 'remote-party-id',
      presented: anonymous ? null : callerText(from_user),
      private: anonymous,
      diversions: [],
    },
  };
}

function uri(user: string, host: string): string {
  return `sip:${escapeUser(user)}@${host}`;
}

/** A user name with a domain of its own (`alice@tenant.example`) is taken whole. */
function fromUri(user: string, domain: string | null): string {
  const [, name, own] = /^([^@]+)@([\w.-]+)$/.exec(user) ?? [];
  return name !== undefined && own !== undefined ? uri(name, domain ?? own) : uri(user, domain ?? ourselves);
}

/** Whether a trunk that shows foreign numbers may show this one: a telephone number, as it is dialled. */
export function isForeignNumber(user: string | null): user is string {
  return user !== null && isDiallable(user);
}
