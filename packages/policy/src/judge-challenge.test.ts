import type { DigestAlgorithm } from '@trunkline/sip/digest-algorithm';
import type { DigestChallenge } from '@trunkline/sip/digest-challenge';
import { describe, expect, it } from 'vitest';
import { askerOf, judgeChallenge } from './judge-challenge.ts';

const challenge = (algorithm: DigestAlgorithm, stale = false): DigestChallenge => {
  return { realm: 'r', nonce: 'n', algorithm, qop: 'auth', opaque: null, stale };
};

describe('a challenge', () => {
  it.each([
    [401, 'registrar'],
    [407, 'proxy'],
  ])('with %i is of the %s', (status, asker) => {
    expect(askerOf(status)).toBe(asker);
  });

  it.each<[readonly DigestAlgorithm[], DigestAlgorithm]>([
    [['MD5'], 'MD5'],
    [['MD5', 'SHA-256'], 'SHA-256'],
    [['SHA-256', 'MD5'], 'SHA-256'],
    [['MD5-sess', 'MD5'], 'MD5-sess'],
    [['MD5', 'MD5-sess', 'SHA-256-sess', 'SHA-256'], 'SHA-256-sess'],
  ])('of %j is answered with %s', (offered, chosen) => {
    expect(
      judgeChallenge(
        offered.map((algorithm) => challenge(algorithm)),
        0,
      ),
    ).toMatchObject({ algorithm: chosen });
  });

  it.each([
    [0, false, 'answered'],
    [1, false, 'refused'],
    [1, true, 'answered'],
    [2, true, 'answered'],
    [3, true, 'refused'],
  ])('after %i answers, stale: %s, is %s', (answered, stale, what) => {
    const judged = judgeChallenge([challenge('MD5', stale)], answered);
    expect(typeof judged === 'string' ? judged : 'answered').toBe(what);
  });

  it('that nobody can answer stays unanswered', () => {
    expect(judgeChallenge([], 0)).toBe('unanswerable');
  });
});
