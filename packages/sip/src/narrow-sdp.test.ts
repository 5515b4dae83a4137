import { expect, it } from 'vitest';
import { narrowSdp } from './narrow-sdp.ts';
import { audioOf, parseSdp } from './sdp.ts';

const body = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.1',
  's=-',
  'c=IN IP4 192.0.2.1',
  't=0 0',
  'a=fingerprint:sha-256 AB:CD',
  'm=audio 49170 RTP/SAVP 9 0 8 101',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=fmtp:9 x=1',
  'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA',
  'a=ptime:20',
  'm=video 49172 RTP/AVP 96',
  'c=IN IP4 192.0.2.9',
  'a=rtpmap:96 H264/90000',
  '',
].join('\r\n');

it('keeps what is asked for, in that order', () => {
  expect(narrowSdp(body, { payload_types: [8, 0, 101], without_keys: false }).split('\r\n')).toEqual([
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.1',
    's=-',
    'c=IN IP4 192.0.2.1',
    't=0 0',
    'a=fingerprint:sha-256 AB:CD',
    'm=audio 49170 RTP/SAVP 8 0 101',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA',
    'a=ptime:20',
    'm=video 0 RTP/AVP 96',
    'c=IN IP4 192.0.2.9',
    '',
  ]);
});

it('leaves no key behind, of the session or of the stream', () => {
  const clear = narrowSdp(body, { payload_types: [0], without_keys: true });
  expect(clear).not.toMatch(/crypto|fingerprint/);
});

it('finds the audio stream behind refused ones, and refuses a second one', () => {
  const streams = ['v=0', 'm=audio 0 RTP/AVP 0', 'm=audio 4000 RTP/AVP 0 8', 'm=audio 4002 RTP/AVP 8', ''].join('\n');
  const narrowed = narrowSdp(streams, { payload_types: [8], without_keys: true });
  expect(narrowed.split('\r\n').slice(1, 4)).toEqual([
    'm=audio 0 RTP/AVP 0',
    'm=audio 4000 RTP/AVP 8',
    'm=audio 0 RTP/AVP 8',
  ]);
  const parsed = parseSdp(narrowed);
  expect(parsed.ok && audioOf(parsed.value)).toMatchObject({ port: 4_000, formats: [{ payload_type: 8 }] });
});
