import { isIP } from 'node:net';
import { type Codec, codecs as knownCodecs, type MediaEncryption } from '@trunkline/contracts/trunk';
import type { Admission, AgentTarget } from '@trunkline/policy/admission';
import type { ReceivedInvite } from '@trunkline/policy/received-invite';
import { parseUri } from '@trunkline/sip/uri';
import type { MediaProfile } from '../call/media.ts';

/** Where the caller's side of the call is, as far as its signalling tells. */
export interface CallersPlace {
  readonly address: string | null;
  readonly is_tls: boolean;
}

export function mediaProfile(admission: Admission, { source }: Pick<ReceivedInvite, 'source'>): MediaProfile {
  return profileFor(admission, { address: source.address, is_tls: source.transport === 'tls' });
}

/** The place of an agent that we call. `next_hop`: where its INVITE is sent, when not where the URI says. */
export function placeOfAgent({ uri, next_hop = uri }: AgentTarget): CallersPlace {
  return { address: addressOf(next_hop), is_tls: isTlsUri(uri) };
}

/**
 * Carriers are outside, agents inside. The trunk's codecs and encryption hold for the carrier's side; an agent may speak any
 * codec, those of the trunk first so that nothing need be transcoded. Audio always goes through the relay: direct media would
 * have to be allowed by both sides, and agents do not allow it. Pure.
 */
export function profileFor(admission: Admission, caller: CallersPlace): MediaProfile {
  const { trunk } = admission;
  const isInbound = admission.direction === 'inbound';
  const target = isInbound ? admission.target.uri : admission.targets[0].uri;
  const sides = <T>(carrier: T, agent: T) =>
    isInbound ? { caller: carrier, callee: agent } : { caller: agent, callee: carrier };
  return {
    network: sides('outside', 'inside'),
    encryption: sides(
      overTls(trunk.media.encryption, isInbound ? caller.is_tls : trunk.transport === 'tls'),
      overTls('sdes-optional', isInbound ? isTlsUri(target) : caller.is_tls),
    ),
    codecs: sides<readonly Codec[]>(trunk.media.codecs, [...new Set([...trunk.media.codecs, ...knownCodecs])]),
    address: { caller: caller.address, callee: addressOf(target) },
    symmetric: sides(trunk.media.symmetric_rtp, true),
    recorded: trunk.media.recording === true,
  };
}

/** RFC 4568 §7.1: keys in a description are as secret as the signalling that carries it. */
function overTls(wanted: MediaEncryption, isTls: boolean): MediaEncryption {
  return wanted === 'sdes-optional' && !isTls ? 'no' : wanted;
}

function isTlsUri(uri: string): boolean {
  return /^sips:/i.test(uri) || /;transport=tls\b/i.test(uri);
}

/** The host of a URI when it is an IP address, without brackets. */
function addressOf(uri: string): string | null {
  const parsed = parseUri(uri);
  const host = parsed.ok ? parsed.value.host.replace(/^\[|\]$/g, '') : '';
  return isIP(host) === 0 ? null : host;
}
