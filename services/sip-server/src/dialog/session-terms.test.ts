import { Headers } from '@trunkline/sip/headers';
import { describe, expect, it } from 'vitest';
import { agreedTerms, answerTerms, sessionDelay_ms, sessionTooShort } from './session-terms.ts';

const headers = (expires?: string, supported?: string): Headers => {
  const all = new Headers();
  if (expires !== undefined) all.append('x', expires);
  if (supported !== undefined) all.append('k', supported);
  return all;
};

describe('answerTerms, RFC 4028 §9', () => {
  it.each([
    ['nothing asked', headers(), headers(), undefined, ''],
    [
      'the caller refreshes',
      headers('600;refresher=uac', 'timer'),
      headers(),
      'peer',
      'Session-Expires: 600;refresher=uac\r\nRequire: timer\r\n',
    ],
    [
      'the callee refreshes',
      headers('600;refresher=uas', 'timer'),
      headers(),
      'us',
      'Session-Expires: 600;refresher=uas\r\n',
    ],
    [
      'nobody named, able',
      headers('600', 'timer, 100rel'),
      headers(),
      'peer',
      'Session-Expires: 600;refresher=uac\r\nRequire: timer\r\n',
    ],
    ['nobody named, a proxy asked', headers('600'), headers(), 'us', 'Session-Expires: 600;refresher=uas\r\n'],
    ['the application says', headers('600;refresher=uac', 'timer'), headers('300;refresher=uas'), 'us', ''],
    ['the application says without asking', headers(), headers('300;refresher=uac'), 'peer', 'Require: timer\r\n'],
    ['nonsense', headers('soon'), headers(), undefined, ''],
  ])('%s', (_what, request, answer, refresher, lines) => {
    const result = answerTerms(request, answer);
    expect([result.terms?.refresher, result.lines]).toEqual([refresher, lines]);
  });
});

it.each([
  ['1800;refresher=uac', { interval_s: 1_800, refresher: 'us' }],
  ['1800;refresher=uas', { interval_s: 1_800, refresher: 'peer' }],
  ['1800', { interval_s: 1_800, refresher: 'us' }],
  [undefined, undefined],
] as const)('RFC 4028 §7.2: the answer %s means %o', (value, terms) => {
  expect(agreedTerms(headers(value))).toEqual(terms);
});

it('acts at half the interval, or 32 s or a third before its end', () => {
  expect(sessionDelay_ms({ interval_s: 1_800, refresher: 'us' })).toBe(900_000);
  expect(sessionDelay_ms({ interval_s: 1_800, refresher: 'peer' })).toBe(1_768_000);
  expect(sessionDelay_ms({ interval_s: 90, refresher: 'peer' })).toBe(60_000);
});

it('finds 89 s too short, and 90 not', () => {
  expect([sessionTooShort(headers('89')), sessionTooShort(headers('90')), sessionTooShort(headers())]).toEqual([
    true,
    false,
    false,
  ]);
});
