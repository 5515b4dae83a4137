import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DigestAlgorithm, digestAlgorithms } from './digest-algorithm.ts';
import type { DigestChallenge } from './digest-challenge.ts';
import type { DigestCredentials } from './digest-credentials.ts';
import { answerChallenge, digestHa1, digestResponse, verifyDigest } from './digest-response.ts';

const nonce2617 = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
const nonce7616 = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v';
const cnonce7616 = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

interface Vector {
  readonly source: string;
  readonly algorithm: DigestAlgorithm;
  readonly user: readonly [username: string, realm: string, password: string];
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  readonly cnonce: string | null;
  readonly response: string;
}

const mufasa = ['Mufasa', 'http-auth@example.org', 'Circle of Life'] as const;
const bob = ['bob', 'biloxi.example.com', 'zanzibar'] as const;

const vectors: readonly Vector[] = [
  {
    source: 'RFC 2617 §3.5',
    algorithm: 'MD5',
    user: ['Mufasa', 'testrealm@host.com', 'Circle Of Life'],
    method: 'GET',
    uri: '/dir/index.html',
    nonce: nonce2617,
    cnonce: '0a4f113b',
    response: '6629fae49393a05397450978507c4ef1',
  },
  {
    source: 'RFC 2069 §2.4 with its erratum: no qop',
    algorithm: 'MD5',
    user: ['Mufasa', 'testrealm@host.com', 'CircleOfLife'],
    method: 'GET',
    uri: '/dir/index.html',
    nonce: nonce2617,
    cnonce: null,
    response: '1949323746fe6a43ef61f9606e7febea',
  },
  {
    source: 'RFC 7616 §3.9.1, MD5',
    algorithm: 'MD5',
    user: mufasa,
    method: 'GET',
    uri: '/dir/index.html',
    nonce: nonce7616,
    cnonce: cnonce7616,
    response: '8ca523f5e9506fed4657c9700eebdbec',
  },
  {
    source: 'RFC 7616 §3.9.1, SHA-256',
    algorithm: 'SHA-256',
    user: mufasa,
    method: 'GET',
    uri: '/dir/index.html',
    nonce: nonce7616,
    cnonce: cnonce7616,
    response: '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  },
  {
    source: 'computed with Python hashlib, MD5-sess',
    algorithm: 'MD5-sess',
    user: bob,
    method: 'INVITE',
    uri: 'sip:bob@biloxi.example.com',
    nonce: nonce2617,
    cnonce: '0a4f113b',
    response: '6cd0cf072b432d52a4a77f23849a0e4b',
  },
  {
    source: 'computed with Python hashlib, SHA-256-sess',
    algorithm: 'SHA-256-sess',
    user: bob,
    method: 'INVITE',
    uri: 'sip:bob@biloxi.example.com',
    nonce: nonce2617,
    cnonce: '0a4f113b',
    response: '989c59a9d2e78eba01b2a3bfb19be08e22adb5d229579775dbdf5f5ab4fa980c',
  },
];

describe('the response', () => {
  it.each(vectors)('is that of $source', ({ algorithm, user, method, uri, nonce, cnonce, response }) => {
    const protection = cnonce === null ? null : { cnonce, nc: '00000001' };
    expect(digestResponse({ algorithm, nonce, uri, protection }, method, digestHa1(algorithm, ...user))).toBe(response);
  });
});

const challenges = fc.record({
  realm: fc.string(),
  nonce: fc.string({ minLength: 1 }),
  algorithm: fc.constantFrom(...digestAlgorithms),
  qop: fc.constant('auth' as const),
  opaque: fc.option(fc.string()),
  stale: fc.boolean(),
});
const answerer = { username: 'alice', method: 'INVITE', uri: 'sip:bob@example.com', cnonce: 'c0ffee', count: 1 };

function answer(challenge: DigestChallenge, password: string): DigestCredentials {
  const credentials = answerChallenge([challenge], { ...answerer, password });
  if (credentials === undefined) throw new Error('no answer');
  return credentials;
}

describe('an answered challenge', () => {
  it('verifies with the same password, whatever the challenge', () => {
    fc.assert(
      fc.property(challenges, fc.string(), (challenge, password) => {
        const ha1 = digestHa1(challenge.algorithm, 'alice', challenge.realm, password);
        expect(verifyDigest(answer(challenge, password), 'INVITE', ha1)).toBe(true);
      }),
    );
  });

  it('does not verify when the password, method, URI, nonce, count or response differ', () => {
    const challenge: DigestChallenge = {
      realm: 'trunkline',
      nonce: 'n1',
      algorithm: 'SHA-256',
      qop: 'auth',
      opaque: null,
      stale: false,
    };
    const good = answer(challenge, 'secret');
    const ha1 = digestHa1('SHA-256', 'alice', 'trunkline', 'secret');
    expect(verifyDigest(good, 'INVITE', ha1)).toBe(true);
    expect(verifyDigest(good, 'INVITE', digestHa1('SHA-256', 'alice', 'trunkline', 'Secret'))).toBe(false);
    expect(verifyDigest(good, 'REGISTER', ha1)).toBe(false);
    expect(verifyDigest({ ...good, uri: 'sip:eve@example.com' }, 'INVITE', ha1)).toBe(false);
    expect(verifyDigest({ ...good, nonce: 'n2' }, 'INVITE', ha1)).toBe(false);
    expect(verifyDigest({ ...good, protection: { cnonce: 'c0ffee', nc: '00000002' } }, 'INVITE', ha1)).toBe(false);
    expect(verifyDigest({ ...good, response: good.response.slice(1) }, 'INVITE', ha1)).toBe(false);
    expect(verifyDigest({ ...good, response: '' }, 'INVITE', ha1)).toBe(false);
  });

  it('counts in eight hex digits', () => {
    const challenge: DigestChallenge = {
      realm: 'r',
      nonce: 'n',
      algorithm: 'MD5',
      qop: 'auth',
      opaque: 'o',
      stale: false,
    };
    const credentials = answerChallenge([challenge], { ...answerer, password: 'p', count: 26 });
    expect(credentials?.protection).toEqual({ cnonce: 'c0ffee', nc: '0000001a' });
    expect(credentials?.opaque).toBe('o');
  });

  it('is the topmost one', () => {
    const one: DigestChallenge = {
      realm: 'r',
      nonce: 'n',
      algorithm: 'SHA-256',
      qop: 'auth',
      opaque: null,
      stale: false,
    };
    const answered = answerChallenge([one, { ...one, algorithm: 'MD5' }], { ...answerer, password: 'p' });
    expect(answered?.algorithm).toBe('SHA-256');
    expect(answerChallenge([], { ...answerer, password: 'p' })).toBeUndefined();
  });

  it('carries no client nonce when the challenge offers no qop', () => {
    const one: DigestChallenge = { realm: 'r', nonce: 'n', algorithm: 'MD5', qop: null, opaque: null, stale: false };
    expect(answerChallenge([one], { ...answerer, password: 'p' })?.protection).toBeNull();
  });
});
