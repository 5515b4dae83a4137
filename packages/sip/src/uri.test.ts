import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUri, parseUri, type SipUri, sipUri } from './uri.ts';
import { uriEquals } from './uri-equals.ts';

const read = (text: string): SipUri => {
  const result = parseUri(text);
  if (!result.ok) throw new Error(`${result.reason}: ${text}`);
  return result.value;
};

describe('parseUri', () => {
  it.each([
    ['sip:alice@atlanta.example', { scheme: 'sip', user: 'alice', host: 'atlanta.example' }],
    [
      'SIPS:alice:secret@[2001:db8::10]:5070',
      { scheme: 'sips', user: 'alice', password: 'secret', host: '2001:db8::10', port: 5070 },
    ],
    ['sip:192.0.2.1', { scheme: 'sip', host: '192.0.2.1' }],
    ['sip:+491234;phone-context=x@gw.example', { user: '+491234;phone-context=x', host: 'gw.example' }],
    ['sip:gw_1.example:5062', { host: 'gw_1.example', port: 5062 }],
    [
      "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
      { host: 'example.com' },
    ],
  ])('reads %s', (text, parts) => {
    expect(read(text)).toMatchObject(parts);
  });

  it('reads parameters and headers', () => {
    const uri = read('sip:a@h:5060;lr;Transport=TCP;maddr=[::1]?Subject=x&Priority=y');
    expect([...uri.parameters]).toEqual([
      ['lr', ''],
      ['transport', 'TCP'],
      ['maddr', '[::1]'],
    ]);
    expect(uri.headers).toBe('Subject=x&Priority=y');
  });

  it.each([
    'tel:+1234',
    'sip:',
    'sip:@host',
    'sip:a@',
    'sip:a@host:',
    'sip:a@host:0',
    'sip:a@host:65536',
    'sip:a@host:5x',
    'sip:a@[::1',
    'sip:a@[zz::1]',
    'sip:a b@host',
    'sip:a"b@host',
    'sip:a@ho st',
    'sip:a@host;=x',
    'alice@host',
    '',
  ])('refuses %s', (text) => {
    expect(parseUri(text).ok).toBe(false);
  });

  it('reads back what formatUri writes', () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const uris = fc.record({
      scheme: fc.constantFrom('sip' as const, 'sips' as const),
      user: fc.option(fc.stringMatching(/^[a-zA-Z0-9+._~%;?&=-]{1,12}$/), { nil: undefined }),
      host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()),
      port: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
      parameters: fc.dictionary(name, fc.oneof(fc.constant(''), name), { noNullPrototype: true }),
    });
    fc.assert(
      fc.property(uris, (parts) => {
        expect(read(formatUri(sipUri(parts)))).toEqual(sipUri(parts));
      }),
    );
  });
});

describe('uriEquals', () => {
  it.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp', true],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5', true],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5', true],
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP', false],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060', false],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp', false],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off', false],
    ['sip:bob@biloxi.com', 'sips:bob@biloxi.com', false],
  ])('RFC 3261 §19.1.4: %s and %s: %s', (one, other, expected) => {
    expect(uriEquals(read(one), read(other))).toBe(expected);
    expect(uriEquals(read(other), read(one))).toBe(expected);
  });
});
