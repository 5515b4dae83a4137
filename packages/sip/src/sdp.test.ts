import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audioOf, parseSdp, type SdpMedia } from './sdp.ts';

const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];
const sdp = (...lines: string[]) => `${[...head, ...lines].join('\r\n')}\r\n`;

function audio(...lines: string[]): SdpMedia {
  const read = parseSdp(sdp(...lines));
  const found = read.ok ? audioOf(read.value) : undefined;
  if (found === undefined) throw new Error('no audio');
  return found;
}
const names = (media: SdpMedia) => media.formats.map(({ encoding }) => encoding?.name ?? null);

describe('an audio stream', () => {
  it('has the encodings of its payload types, static ones without rtpmap', () => {
    const media = audio(
      'm=audio 49170 RTP/AVP 8 0 101 96 97',
      'a=rtpmap:101 telephone-event/8000',
      'a=rtpmap:96 opus/48000/2',
    );
    expect(names(media)).toEqual(['PCMA', 'PCMU', 'TELEPHONE-EVENT', 'OPUS', null]);
    expect(media.formats[3]?.encoding).toEqual({ name: 'OPUS', clock_rate: 48_000, channels: 2 });
    expect(media).toMatchObject({ port: 49_170, protocol: 'RTP/AVP', address: '192.0.2.1', direction: 'sendrecv' });
  });

  it('has no formats that cannot be payload types', () => {
    expect(names(audio('m=audio 1 RTP/AVP 0 128 999 x 8'))).toEqual(['PCMU', 'PCMA']);
  });

  it('takes the rtpmap where it redefines a static payload type', () => {
    expect(names(audio('m=audio 1 RTP/AVP 0', 'a=rtpmap:0 G726-32/8000'))).toEqual(['G726-32']);
  });

  it.each([
    ['RTP/AVP', false],
    ['RTP/AVPF', false],
    ['RTP/SAVP', true],
    ['RTP/SAVPF', true],
    ['UDP/TLS/RTP/SAVPF', true],
  ])('over %s has a secure profile: %s', (protocol, secure_profile) => {
    expect(audio(`m=audio 1 ${protocol} 0`)).toMatchObject({ secure_profile, formats: [{ payload_type: 0 }] });
  });

  it('says whether it has SDES keys, whatever the profile', () => {
    const crypto = 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';
    expect(audio('m=audio 1 RTP/AVP 0', crypto)).toMatchObject({ has_crypto: true, secure_profile: false });
    expect(audio('m=audio 1 RTP/SAVP 0')).toMatchObject({ has_crypto: false, has_fingerprint: false });
    expect(audio('m=audio 1 UDP/TLS/RTP/SAVP 0', 'a=fingerprint:sha-256 AB:CD')).toMatchObject({
      has_fingerprint: true,
    });
    expect(audio('m=video 1 RTP/SAVP 96', crypto, 'm=audio 1 RTP/AVP 0').has_crypto).toBe(false);
  });

  it('has its own direction, else the one of the session', () => {
    expect(audio('a=recvonly', 'm=audio 1 RTP/AVP 0').direction).toBe('recvonly');
    expect(audio('a=recvonly', 'm=audio 1 RTP/AVP 0', 'a=sendonly').direction).toBe('sendonly');
    expect(audio('m=audio 1 RTP/AVP 0', 'a=inactive', 'm=video 2 RTP/AVP 31', 'a=sendonly').direction).toBe('inactive');
  });

  it('has its own address, else the one of the session', () => {
    expect(audio('m=audio 1 RTP/AVP 0', 'c=IN IP6 2001:db8::1').address).toBe('2001:db8::1');
    expect(audio('m=audio 1 RTP/AVP 0', 'c=IN IP4 233.252.0.1/127').address).toBe('233.252.0.1');
  });
});

describe('a description', () => {
  it('without audio, or with audio refused, has none', () => {
    for (const lines of [[], ['m=video 1 RTP/AVP 31'], ['m=audio 0 RTP/AVP 0'], ['m=image 5 udptl t38']]) {
      const read = parseSdp(sdp(...lines));
      expect(read.ok && audioOf(read.value)).toBeUndefined();
    }
  });

  it('may use bare line feeds, port counts and any case', () => {
    const read = parseSdp('v=0\nm=AUDIO 5004/2 rtp/avp 0\n');
    expect(read.ok && audioOf(read.value)).toMatchObject({ kind: 'audio', port: 5004, protocol: 'RTP/AVP' });
  });

  it.each([
    ['nothing', ''],
    ['no version', 'o=- 1 1 IN IP4 1.1.1.1\r\n'],
    ['a line without type', sdp('hello')],
    ['an m= line without formats', sdp('m=audio 1 RTP/AVP')],
    ['a port that is none', sdp('m=audio 99999 RTP/AVP 0')],
    ['a port that is no number', sdp('m=audio x RTP/AVP 0')],
    ['too many formats', sdp(`m=audio 1 RTP/AVP ${'0 '.repeat(65)}`)],
    ['too many sections', sdp(...Array.from({ length: 33 }, () => 'm=audio 1 RTP/AVP 0'))],
    ['too many lines', sdp(...Array.from({ length: 2_000 }, () => 'a=x'))],
  ])('with %s is malformed', (_, body) => {
    expect(parseSdp(body).ok).toBe(false);
  });

  it('never throws', () => {
    const piece = fc.constantFrom(
      'v=0',
      '\r\n',
      'm=audio ',
      '1 ',
      'RTP/AVP ',
      '0',
      'a=',
      'rtpmap:',
      'c=IN IP4',
      '/',
      '9',
    );
    const body = fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(''));
    fc.assert(fc.property(body, (text) => typeof parseSdp(text).ok === 'boolean'));
  });
});
