import { isIPv6 } from 'node:net';
import type { MediaEncryption } from '@trunkline/contracts/trunk';
import { type MediaProfile, type MediaSide, otherSide } from '../call/media.ts';
import type { Readable } from '../call/read-description.ts';
import { isPrivateAddress } from './is-private-address.ts';
import { tags } from './media-stats.ts';
import type { NgReply } from './ng-control.ts';

type Description = Extract<Readable, { ok: true }>;

/** Suites that are not offered: without encryption, hardly spoken by anybody, or not SDES's usual ones. */
const refusedSuites = [
  'AEAD_AES_256_GCM',
  'AEAD_AES_128_GCM',
  'AES_192_CM_HMAC_SHA1_80',
  'AES_192_CM_HMAC_SHA1_32',
  'F8_128_HMAC_SHA1_80',
  'F8_128_HMAC_SHA1_32',
  'NULL_HMAC_SHA1_80',
  'NULL_HMAC_SHA1_32',
];

/** What both offer and answer need. */
const common = {
  replace: ['origin', 'session-connection'],
  ICE: 'remove',
  DTLS: 'off',
  'rtcp-mux': ['demux'],
  // RFC 4568 §6.1: base64 is padded.
  SDES: ['pad', ...refusedSuites.map((suite) => `no-${suite}`)],
};

/** What the answerer is to speak (RFC 3551, RFC 3711, RFC 8643); the offerer hears its own profile back. */
const protocol: Readonly<Record<MediaEncryption, NgReply>> = {
  no: { 'transport-protocol': 'RTP/AVP' },
  sdes: { 'transport-protocol': 'RTP/SAVP' },
  'sdes-optional': { 'transport-protocol': 'RTP/AVP', OSRTP: ['offer'] },
};

export function offerParameters(
  call: string,
  profile: MediaProfile,
  from: MediaSide,
  offer: Description,
  again: boolean,
): NgReply {
  const to = otherSide[from];
  return {
    ...common,
    ...source(profile, from, offer),
    ...family(profile.address[to]),
    ...protocol[profile.encryption[to]],
    ...(profile.recorded ? { 'record-call': 'yes' } : {}),
    'call-id': call,
    'from-tag': tags[from],
    ...(again ? { 'to-tag': tags[to] } : {}),
    sdp: offer.sdp,
    direction: [profile.network[from], profile.network[to]],
    codec: codecParameters(profile, to, offer),
  };
}

export function answerParameters(call: string, profile: MediaProfile, from: MediaSide, answer: Description): NgReply {
  return {
    ...common,
    ...source(profile, from, answer),
    'call-id': call,
    'from-tag': tags[otherSide[from]],
    'to-tag': tags[from],
    sdp: answer.sdp,
  };
}

/** `mask`: hidden from the answerer and still spoken with the offerer. `transcode`: shown though it was not offered. */
function codecParameters(profile: MediaProfile, to: MediaSide, { codecs }: Description): NgReply {
  const wanted = profile.codecs[to];
  const transcode = wanted.filter((codec) => !codecs.includes(codec));
  const mask = codecs.filter((codec) => !wanted.some((one) => one === codec));
  return { ...(transcode.length > 0 ? { transcode } : {}), ...(mask.length > 0 ? { mask } : {}) };
}

/**
 * Where a side's audio is taken from. `strict-source`: once its address is learned, RTP from elsewhere is dropped; without
 * symmetry nothing is learned. Behind a NAT, media comes from where the signalling comes from rather than from the address in
 * the description. `port-latching`: a re-INVITE does not move our ports.
 */
function source(profile: MediaProfile, from: MediaSide, { audio }: Description): NgReply {
  const address = profile.address[from];
  const flags = ['port-latching', profile.symmetric[from] ? 'strict-source' : 'asymmetric'];
  const isNat = address !== null && audio.address !== null && isPrivateAddress(audio.address);
  if (!isNat || audio.address === address) return { flags };
  return { flags: [...flags, 'SIP-source-address'], 'received-from': [isIPv6(address) ? 'IP6' : 'IP4', address] };
}

/** Left out when nothing is known: the family of the offer then. */
function family(address: string | null): NgReply {
  return address === null ? {} : { 'address-family': isIPv6(address) ? 'IP6' : 'IP4' };
}
