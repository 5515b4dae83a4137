import { audioOf, parseSdp } from '@trunkline/sip/sdp';
import { expect, test } from 'vitest';
import type { MediaProfile } from './media.ts';
import { placeholderKeyLength, placeholderOffer } from './placeholder-offer.ts';
import { readOffer } from './read-description.ts';

const profile = (more: Partial<MediaProfile> = {}): MediaProfile => ({
  network: { caller: 'outside', callee: 'inside' },
  encryption: { caller: 'no', callee: 'no' },
  codecs: { caller: ['PCMA', 'PCMU'], callee: ['PCMU', 'PCMA'] },
  address: { caller: '203.0.113.7', callee: null },
  symmetric: { caller: true, callee: true },
  recorded: false,
  ...more,
});
const key = Buffer.alloc(placeholderKeyLength, 7);

function read(offer: string) {
  const parsed = parseSdp(offer);
  return parsed.ok ? audioOf(parsed.value) : undefined;
}

test.each([
  { caller: 'no', protocol: 'RTP/AVP', has_crypto: false },
  { caller: 'sdes-optional', protocol: 'RTP/AVP', has_crypto: true },
  { caller: 'sdes', protocol: 'RTP/SAVP', has_crypto: true },
] as const)('says what a caller with $caller may have', ({ caller, protocol, has_crypto }) => {
  const wanted = profile({ encryption: { caller, callee: 'no' } });
  const offer = placeholderOffer(wanted, key);
  expect(read(offer)).toMatchObject({ protocol, has_crypto, direction: 'sendrecv', address: '203.0.113.7', port: 9 });
  expect(read(offer)?.formats.map(({ encoding }) => encoding?.name)).toEqual(['PCMA', 'PCMU', 'TELEPHONE-EVENT']);
  // It is taken as any caller's offer is.
  expect(readOffer(offer, 'caller', wanted)).toMatchObject({ ok: true, codecs: ['PCMU', 'PCMA'] });
});

test.each([
  { caller: '2001:db8::7', line: 'c=IN IP6 2001:db8::7' },
  { caller: null, line: 'c=IN IP4 192.0.2.1' },
])('of the family of the caller: $caller', ({ caller, line }) => {
  expect(placeholderOffer(profile({ address: { caller, callee: null } }), key)).toContain(line);
});
