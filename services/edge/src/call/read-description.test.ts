import { expect, it } from 'vitest';
import type { MediaProfile } from './media.ts';
import { checkShown, codecNames, readAnswer, readOffer } from './read-description.ts';

const key = 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const sdp = (protocol: string, formats: string, ...attributes: string[]) =>
  ['v=0', 'c=IN IP4 192.0.2.1', `m=audio 4000 ${protocol} ${formats}`, ...attributes, ''].join('\r\n');
const events = ['a=rtpmap:101 telephone-event/8000', 'a=rtpmap:102 telephone-event/48000'];

function profile(more: Partial<MediaProfile> = {}): MediaProfile {
  return {
    network: { caller: 'outside', callee: 'inside' },
    encryption: { caller: 'no', callee: 'no' },
    codecs: { caller: ['PCMU', 'PCMA'], callee: ['PCMA', 'PCMU'] },
    address: { caller: null, callee: null },
    symmetric: { caller: true, callee: true },
    recorded: false,
    ...more,
  };
}

const mediaLine = (read: { ok: boolean; sdp?: string }) => /^m=.*$/m.exec(read.sdp ?? '')?.[0];

it('offers in the order of the side that answers, with events of the same clock, and nothing else', () => {
  const read = readOffer(sdp('RTP/AVP', '9 0 101 8 18 102', ...events), 'caller', profile());
  expect(mediaLine(read)).toBe('m=audio 4000 RTP/AVP 8 0 101');
  expect(read.ok && read.codecs).toEqual(['PCMA', 'PCMU']);
});

it.each([
  ['no', 'RTP/AVP', [], null],
  ['no', 'RTP/AVP', [key], null],
  ['no', 'RTP/SAVP', [key], 'encryption-not-enabled'],
  ['sdes', 'RTP/SAVP', [key], null],
  ['sdes', 'RTP/SAVP', [], 'encryption-required'],
  ['sdes', 'RTP/AVP', [key], 'encryption-required'],
  ['sdes', 'UDP/TLS/RTP/SAVP', ['a=fingerprint:sha-256 AB'], 'encryption-required'],
  ['sdes-optional', 'RTP/AVP', [], null],
  ['sdes-optional', 'RTP/AVP', [key], null],
  ['sdes-optional', 'RTP/SAVP', [key], null],
  ['sdes-optional', 'UDP/TLS/RTP/SAVP', ['a=fingerprint:sha-256 AB'], 'encryption-not-enabled'],
] as const)('with SRTP %s, an offer of %s with %j', (caller, protocol, attributes, cause) => {
  const read = readOffer(
    sdp(protocol, '0', ...attributes),
    'caller',
    profile({ encryption: { caller, callee: 'no' } }),
  );
  expect(read.ok ? null : read.cause).toBe(cause);
  // A side without SRTP has no keys, whatever it says.
  if (read.ok && caller === 'no') expect(read.sdp).not.toContain('crypto');
});

it.each([
  ['no', 'RTP/AVP', [], null],
  ['no', 'RTP/SAVP', [key], 'answer-unusable'],
  ['sdes', 'RTP/SAVP', [key], null],
  ['sdes', 'RTP/AVP', [], 'encryption-refused'],
  ['sdes', 'RTP/AVP', [key], 'encryption-refused'],
  ['sdes-optional', 'RTP/AVP', [], null],
  ['sdes-optional', 'RTP/AVP', [key], null],
] as const)('with SRTP %s, an answer of %s with %j', (callee, protocol, attributes, cause) => {
  const given = profile({ encryption: { caller: 'no', callee } });
  const read = readAnswer(sdp(protocol, '0', ...attributes), 'callee', given, ['PCMU']);
  expect(read.ok ? null : read.cause).toBe(cause);
});

it('takes from an answer only what was offered', () => {
  expect(mediaLine(readAnswer(sdp('RTP/AVP', '8 0'), 'callee', profile(), ['PCMU']))).toBe('m=audio 4000 RTP/AVP 0');
  for (const formats of ['8', '18', '101']) {
    expect(readAnswer(sdp('RTP/AVP', formats, ...events), 'callee', profile(), ['PCMU'])).toMatchObject({
      cause: 'answer-unusable',
    });
  }
  expect(readAnswer('nonsense', 'callee', profile(), ['PCMU'])).toMatchObject({ cause: 'answer-unusable' });
});

it('shows no side keys that it must not see, nor a side a description without keys that it needs', () => {
  const encryption = { caller: 'no', callee: 'sdes' } as const;
  expect(checkShown(sdp('RTP/AVP', '0'), 'caller', profile({ encryption }))).toBeNull();
  expect(checkShown(sdp('RTP/AVP', '0', key), 'caller', profile({ encryption }))).toContain('keys to the caller');
  expect(checkShown(sdp('RTP/AVP', '0', 'a=fingerprint:sha-256 AB'), 'caller', profile({ encryption }))).not.toBeNull();
  expect(checkShown(sdp('RTP/SAVP', '0', key), 'callee', profile({ encryption }))).toBeNull();
  expect(checkShown(sdp('RTP/AVP', '0'), 'callee', profile({ encryption }))).toContain('without keys');
  expect(checkShown('nonsense', 'callee', profile())).toContain('without audio');
});

it('names the codecs of a description', () => {
  expect(codecNames(sdp('RTP/AVP', '8 0 101', ...events))).toEqual(['PCMA', 'PCMU']);
  expect(codecNames('nonsense')).toEqual([]);
});
