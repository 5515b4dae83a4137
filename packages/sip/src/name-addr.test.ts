import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNameAddr, parseNameAddr, tagOf } from './name-addr.ts';

describe('parseNameAddr', () => {
  it.each([
    ['"A. G. Bell" <sip:agb@bell.example> ;tag=a48s', 'A. G. Bell', 'sip:agb@bell.example', 'a48s'],
    ['sip:+12125551212@server.example;tag=887s', undefined, 'sip:+12125551212@server.example', '887s'],
    ['Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8', 'Anonymous', 'sip:c8oqz84zk7z@privacy.org', 'hyh8'],
    ['"<sip:x@y>;tag=no \\"q\\"" <sip:a@b;tag=uri>;x=1;TAG=yes', '<sip:x@y>;tag=no "q"', 'sip:a@b;tag=uri', 'yes'],
    ['<tel:+1234>', undefined, 'tel:+1234', undefined],
    ['"" <sip:a@b>', undefined, 'sip:a@b', undefined],
  ])('reads %s', (value, displayName, uri, tag) => {
    const result = parseNameAddr(value);
    if (!result.ok) throw new Error(result.reason);
    expect([result.value.displayName, result.value.uri, result.value.parameters.get('tag')]).toEqual([
      displayName,
      uri,
      tag,
    ]);
    expect(tagOf(value)).toBe(tag);
  });

  it.each(['"open <sip:a@b>', '<sip:a@b', '<>', '', '*', 'Bob <sip:a b@c>', '<sip:a@b>tag=1'])(
    'refuses %s',
    (value) => {
      expect(parseNameAddr(value).ok).toBe(false);
    },
  );

  it('reads back what formatNameAddr writes', () => {
    const names = fc.option(fc.string({ unit: fc.constantFrom(...'aZ "\\<>;,€'), minLength: 1 }), { nil: undefined });
    fc.assert(
      fc.property(names, fc.stringMatching(/^[a-z0-9]{1,8}$/), (name, tag) => {
        const address = {
          ...(name === undefined ? {} : { displayName: name }),
          uri: 'sip:a@b',
          parameters: new Map([['tag', tag]]),
        };
        const text = formatNameAddr(address);
        expect(parseNameAddr(text)).toEqual({ ok: true, value: address });
        expect(tagOf(text)).toBe(tag);
      }),
    );
  });
});
