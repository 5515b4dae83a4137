import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestAlgorithms } from './digest-algorithm.ts';
import { formatChallenge, parseChallenges } from './digest-challenge.ts';
import { formatCredentials, parseCredentials } from './digest-credentials.ts';

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
/** A quoted-string may hold anything but line breaks. */
const text = fc.string({ unit: 'binary' }).filter((value) => !/[\r\n]/.test(value));

describe('credentials', () => {
  it('are read as RFC 3261 §20.7 shows them', () => {
    const header =
      'Digest username="Alice", realm="atlanta.com",\r\n nonce="84a4cc6f3082121f32b42a2187831a9e", ' +
      'uri="sip:bob@biloxi.com", response="7587245234b3434cc3412213e5f113a5432", algorithm=MD5';
    expect(parseCredentials(header.replace('\r\n', ''))).toMatchObject({
      kind: 'digest',
      credentials: { username: 'Alice', realm: 'atlanta.com', uri: 'sip:bob@biloxi.com', protection: null },
    });
  });

  it('are read with commas in quotes, names and tokens in any case, loose spaces and quoted qop', () => {
    const header =
      'dIGEST UserName="a,b", REALM = "x, y" ,nonce="n",uri="sip:1,2@h",response="ABCDEF",algorithm=sha-256,QOP="AUTH",nc=0000000A,cnonce="c\\"d"';
    expect(parseCredentials(header)).toEqual({
      kind: 'digest',
      credentials: {
        username: 'a,b',
        realm: 'x, y',
        nonce: 'n',
        uri: 'sip:1,2@h',
        response: 'abcdef',
        algorithm: 'SHA-256',
        protection: { cnonce: 'c"d', nc: '0000000A' },
        opaque: null,
      },
    });
  });

  const whole = 'Digest username="u", realm="r", nonce="n", uri="sip:h", response="0"';
  it.each([
    ['nothing', '', 'malformed'],
    ['a scheme alone', 'Digest', 'malformed'],
    ['another scheme', 'Basic YWxhZGRpbjpvcGVuc2VzYW1l', 'other-scheme'],
    ['no user name', 'Digest realm="r", nonce="n", uri="sip:h", response="0"', 'malformed'],
    ['no response', 'Digest username="u", realm="r", nonce="n", uri="sip:h"', 'malformed'],
    ['a parameter twice', `${whole}, username="v"`, 'malformed'],
    ['two sets of credentials', `${whole}, ${whole}`, 'malformed'],
    ['an open quote', 'Digest username="u, realm="r", nonce="n", uri="sip:h", response="0"', 'malformed'],
    ['an unknown algorithm', `${whole}, algorithm=SHA-512-256`, 'unsupported'],
    ['auth-int', `${whole}, qop=auth-int, nc=00000001, cnonce="c"`, 'unsupported'],
    ['a hashed user name', `${whole}, userhash=true`, 'unsupported'],
    ['qop without client nonce', `${whole}, qop=auth, nc=00000001`, 'malformed'],
    ['a count that is not eight digits', `${whole}, qop=auth, nc=1, cnonce="c"`, 'malformed'],
    ['a session algorithm without client nonce', `${whole}, algorithm=MD5-sess`, 'malformed'],
  ])('with %s are not taken', (_, header, kind) => {
    expect(parseCredentials(header).kind).toBe(kind);
  });

  it('survive formatting and reading', () => {
    const protections = fc.record({ cnonce: text, nc: hex(8) });
    const credentials = fc.record({
      username: text,
      realm: text,
      nonce: text,
      uri: text,
      response: hex(32),
      algorithm: fc.constantFrom(...digestAlgorithms),
      protection: protections,
      opaque: fc.option(text),
    });
    fc.assert(
      fc.property(credentials, (value) => {
        expect(parseCredentials(formatCredentials(value))).toEqual({ kind: 'digest', credentials: value });
      }),
    );
  });

  it('never throw, whatever the header', () => {
    const pieces = fc.constantFrom('Digest', ' ', ',', '"', '\\', '=', 'realm', 'username', 'x', ';', '<', '\u0000');
    const header = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(fc.property(header, (value) => ['malformed', 'other-scheme'].includes(parseCredentials(value).kind)));
  });
});

describe('challenges', () => {
  it('are read from one header and from several, other schemes left out', () => {
    const one =
      'Digest realm="a, Digest b", nonce="n1", algorithm=SHA-256, qop="auth,auth-int", Basic realm="z", digest realm="c", nonce="n2"';
    const read = parseChallenges([one, 'NTLM', 'Digest realm="d",nonce="n3",stale=TRUE,qop=auth,opaque=""']);
    expect(read).toEqual([
      { realm: 'a, Digest b', nonce: 'n1', algorithm: 'SHA-256', qop: 'auth', opaque: null, stale: false },
      { realm: 'c', nonce: 'n2', algorithm: 'MD5', qop: null, opaque: null, stale: false },
      { realm: 'd', nonce: 'n3', algorithm: 'MD5', qop: 'auth', opaque: '', stale: true },
    ]);
  });

  it.each([
    ['auth-int alone', 'Digest realm="r", nonce="n", qop="auth-int"'],
    ['an unknown algorithm', 'Digest realm="r", nonce="n", algorithm=AKAv1-MD5'],
    ['no nonce', 'Digest realm="r"'],
    ['a session algorithm and no qop', 'Digest realm="r", nonce="n", algorithm=MD5-sess'],
  ])('with %s cannot be answered', (_, header) => {
    expect(parseChallenges(header)).toEqual([]);
  });

  it('survive formatting and reading', () => {
    const challenge = fc.record({
      realm: text,
      nonce: text,
      algorithm: fc.constantFrom(...digestAlgorithms),
      qop: fc.constant('auth' as const),
      opaque: fc.option(text),
      stale: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(challenge, { maxLength: 3 }), (values) => {
        expect(parseChallenges(values.map(formatChallenge).join(', '))).toEqual(values);
      }),
    );
  });
});
