import { createResponse } from '@trunkline/sip/create-response';
import { Headers } from '@trunkline/sip/headers';
import { sipRequest } from '@trunkline/sip/message';
import { parseMessage } from '@trunkline/sip/parse-message';
import { describe, expect, it } from 'vitest';
import { bestResponse } from './best-response.ts';
import { targetUri } from './forward-request.ts';
import { forwardResponse } from './forward-response.ts';
import { readProxyOptions } from './proxy-options.ts';

describe('bestResponse, RFC 3261 §16.7 step 6', () => {
  it.each([
    [[486, 603, 404], 603],
    [[500, 404, 301], 301],
    [[503, 500], 500],
    [[503], 503],
    [[404, 407, 408], 407],
    [[408, 487, 486], 486],
    [[487], 487],
    [[], undefined],
  ])('of %j: %s', (statuses, best) => {
    expect(bestResponse(statuses.map((status) => ({ status })))?.status).toBe(best);
  });
});

describe('readProxyOptions', () => {
  it('reads what drachtio-srf writes', () => {
    const fields = ['remainInDialog', 'fullResponse', '', 'simultaneous', '2s', '1500ms', 'sip:a@b', '', 'sip:c'];
    expect(readProxyOptions(fields)).toEqual({
      record_route: true,
      full_response: true,
      follow_redirects: false,
      parallel: true,
      provisional_ms: 2_000,
      final_ms: 1_500,
      destinations: ['sip:a@b', 'sip:c'],
    });
  });

  it.each([
    ['', undefined],
    ['0s', undefined],
    ['soon', undefined],
    ['250', 250],
    ['9999999s', 600_000],
  ])('a delay of %j is %s ms', (text, delay_ms) => {
    expect(readProxyOptions(['', '', '', 'serial', text, '', 'sip:a'])).toMatchObject({ provisional_ms: delay_ms });
  });

  it('refuses what has no destination, or too many', () => {
    expect(readProxyOptions(['', '', '', 'serial', '', ''])).toBe('no destination');
    const many = Array.from({ length: 33 }, (_, index) => `sip:${index}@x`);
    expect(readProxyOptions(['', '', '', 'serial', '', '', ...many])).toBe('too many destinations');
  });
});

it.each([
  ['sip:192.0.2.1:5070;transport=tcp', 'sip:+4930@us', 'sip:+4930@192.0.2.1:5070;transport=tcp'],
  ['sip:carol@192.0.2.1', 'sip:bob@us', 'sip:carol@192.0.2.1'],
  ['sip:192.0.2.1', 'sip:us', 'sip:192.0.2.1'],
  ['tel:+4930', 'sip:bob@us', 'tel:+4930'],
])('a destination %s for %s is %s', (destination, original, target) => {
  expect(targetUri(destination, original)).toBe(target);
});

it('passes a response on without its own Via, with the challenges of all branches', () => {
  const headers = Headers.of([
    ['Via', 'SIP/2.0/UDP us;branch=z9hG4bK1, SIP/2.0/UDP them;branch=z9hG4bK0'],
    ['From', '<sip:a@x>;tag=1'],
    ['To', '<sip:b@x>'],
    ['Call-ID', 'c'],
    ['CSeq', '1 INVITE'],
  ]);
  const request = sipRequest('INVITE', 'sip:b@x', headers);
  const challenge = (realm: string) =>
    createResponse(request, 407, { toTag: realm, headers: [['Proxy-Authenticate', `Digest realm="${realm}"`]] });
  const [one, two] = [challenge('one'), challenge('two')];
  const result = parseMessage(forwardResponse(one, [one, two]));
  if (!result.ok) throw new Error(result.reason);
  const passed = result.message.headers;
  expect(passed.lines('via')).toEqual(['SIP/2.0/UDP them;branch=z9hG4bK0']);
  expect(passed.lines('proxy-authenticate')).toEqual(['Digest realm="one"', 'Digest realm="two"']);
  expect(passed.get('to')).toBe('<sip:b@x>;tag=one');
});
