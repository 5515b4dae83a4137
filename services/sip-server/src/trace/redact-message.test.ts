import { describe, expect, it } from 'vitest';
import { redactMessage } from './redact-message.ts';

const message = (headers: readonly string[], body = ''): Buffer =>
  Buffer.from(`INVITE sip:bob@example.com SIP/2.0\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
const digest = 'Digest username="u", realm="r", nonce="n", uri="sip:r", qop=auth, nc=00000001';

describe('redactMessage', () => {
  it.each([
    ['Authorization', `Authorization: ${digest}, cnonce="secret1", response="secret2"`],
    ['Proxy-Authorization, folded', `Proxy-Authorization: ${digest},\r\n response="secret1",\r\n\tcnonce="secret2"`],
    ['without quotes, in capitals', `AUTHORIZATION : ${digest}, RESPONSE=secret1, cnonce = "secret2"`],
    ['without an end', `Authorization: ${digest}, response="secret1 secret2`],
    ['Authentication-Info', 'Authentication-Info: rspauth="secret1", cnonce="secret2", qop=auth'],
    ['a token', 'Authorization: Bearer secret1.secret2'],
    ['Basic', 'Proxy-Authorization: Basic secret1secret2='],
  ])('takes out what proves a password: %s', (_what, line) => {
    const shown = redactMessage(message(['From: <sip:a@b>;tag=1', line, 'Call-ID: c']));
    expect(shown).not.toContain('secret');
    expect(shown).toContain('From: <sip:a@b>;tag=1\r\n');
    expect(shown).toContain('\r\nCall-ID: c\r\n');
    if (line.includes('username')) expect(shown).toContain('username="u", realm="r"');
  });

  it('takes the keys of audio out of a description, and leaves the rest', () => {
    const sdp = [
      'v=0',
      'k=clear:secret1',
      'm=audio 4000 RTP/SAVP 0',
      'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:secret2|2^20|1:4 KDR=1',
      'a=crypto:2 AES_256_CM_HMAC_SHA1_80 INLINE:secret3;inline:secret4',
      'a=key-mgmt:mikey secret5',
      'a=ice-pwd:secret6',
      'a=fingerprint:sha-256 AA:BB',
      '',
    ].join('\r\n');
    const shown = redactMessage(message(['Content-Type: application/sdp'], sdp));
    expect(shown).not.toContain('secret');
    expect(shown).toContain('a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:***\r\n');
    expect(shown).toContain('m=audio 4000 RTP/SAVP 0\r\n');
    expect(shown).toContain('a=fingerprint:sha-256 AA:BB\r\n');
    expect(redactMessage(message([], sdp))).not.toContain('secret');
  });

  it.each([
    ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n'],
    ['text/plain', 'hello'],
    ['multipart/mixed;boundary=x', '--x\r\n\r\nv=0\r\n'],
  ])('leaves out a body of %s', (type, body) => {
    const shown = redactMessage(message([`c: ${type}`], body));
    expect(shown.split('\r\n\r\n')[1]).toBe(`(${body.length} bytes of ${type})\r\n`);
  });

  it('does not choke on what is no message', () => {
    for (const bytes of ['', '\r\n', '\r\n\r\n', 'x', '\0\xff'])
      expect(() => redactMessage(Buffer.from(bytes))).not.toThrow();
  });
});
