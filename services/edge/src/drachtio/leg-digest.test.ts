import { parseCredentials } from '@trunkline/sip/digest-credentials';
import { describe, expect, it } from 'vitest';
import { LegDigest } from './leg-digest.ts';
import type { SrfResponse } from './srf-types.ts';

const uri = 'sip:carrier.example';
const user = (password: string | undefined) => ({ username: 'acme', openPassword: () => password });
const challenged = (status: number, headers: Readonly<Record<string, string>>) =>
  ({ status, get: (name: string) => headers[name] }) as unknown as SrfResponse;
const md5 = challenged(401, { 'WWW-Authenticate': 'Digest realm="r", nonce="n", qop="auth"' });
const stale = challenged(401, { 'WWW-Authenticate': 'Digest realm="r", nonce="m", qop="auth", stale=true' });
const proxy = challenged(407, { 'Proxy-Authenticate': 'Digest realm="p", nonce="q", algorithm=SHA-256, qop="auth"' });

const read = (header: string | undefined) => {
  const parsed = parseCredentials(header ?? '');
  return parsed.kind === 'digest' ? parsed.credentials : undefined;
};

describe('digest on a leg', () => {
  it('says nothing before it is asked', () => {
    expect(new LegDigest(user('pw'), () => 'c').headers('INVITE', uri)).toEqual({});
  });

  it('answers whom it is for and a proxy before it, both in one request', () => {
    const digest = new LegDigest(user('pw'), () => 'c');
    digest.headers('INVITE', uri);
    expect(Object.keys(digest.answer(proxy, 'INVITE', uri) ?? {})).toEqual(['Proxy-Authorization']);
    const both = digest.answer(md5, 'INVITE', uri);
    expect(read(both?.['Proxy-Authorization'])).toMatchObject({
      realm: 'p',
      algorithm: 'SHA-256',
      protection: { nc: '00000002' },
    });
    expect(read(both?.['Authorization'])).toMatchObject({
      realm: 'r',
      algorithm: 'MD5',
      protection: { nc: '00000001' },
    });
  });

  it('gives up when its answer is not taken, but for a nonce that ran out, and begins anew with the next request', () => {
    const digest = new LegDigest(user('pw'), () => 'c');
    digest.headers('INVITE', uri);
    expect(digest.answer(md5, 'INVITE', uri)).toBeDefined();
    expect(digest.answer(md5, 'INVITE', uri)).toBeUndefined();
    expect(read(digest.answer(stale, 'INVITE', uri)?.['Authorization'])).toMatchObject({ nonce: 'm' });
    expect(read(digest.headers('BYE', uri)['Authorization'])).toMatchObject({
      nonce: 'm',
      protection: { nc: '00000002' },
    });
    expect(digest.answer(md5, 'BYE', uri)).toBeDefined();
  });

  it('stays silent when the password cannot be opened', () => {
    const digest = new LegDigest(user(undefined), () => 'c');
    digest.headers('INVITE', uri);
    expect(digest.answer(md5, 'INVITE', uri)).toBeUndefined();
    expect(digest.headers('BYE', uri)).toEqual({});
  });

  it.each([
    ['another status', challenged(403, { 'WWW-Authenticate': 'Digest realm="r", nonce="n"' })],
    ['no challenge', challenged(401, {})],
    ['a challenge of another kind', challenged(401, { 'WWW-Authenticate': 'Basic realm="r"' })],
    ['a challenge in the other field', challenged(407, { 'WWW-Authenticate': 'Digest realm="r", nonce="n"' })],
  ])('takes %s as final', (_, response) => {
    const digest = new LegDigest(user('pw'), () => 'c');
    digest.headers('INVITE', uri);
    expect(digest.answer(response, 'INVITE', uri)).toBeUndefined();
  });
});
