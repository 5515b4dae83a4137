import { callerText } from '@trunkline/policy/caller-text';
import { noIdentity } from '@trunkline/policy/received-identity';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIdentity } from './read-identity.ts';

const read = (headers: Readonly<Record<string, string>>) => readIdentity((name) => headers[name]);

describe('what an INVITE says of its caller', () => {
  it('is nothing without these header fields', () => {
    expect(read({})).toEqual(noIdentity);
  });

  it.each([
    ['a SIP URI', '<sip:+4930100@carrier.example>', '+4930100'],
    ['a name and parameters', '"A, B" <sip:+4930100;npdi@carrier.example;user=phone>', '+4930100;npdi'],
    ['a tel URI', '<tel:+4930100>', '+4930100'],
    ['one of each', '<sip:carrier.example>, <tel:+4930100>', '+4930100'],
    ['no brackets', 'sip:+4930100@carrier.example', '+4930100'],
    ['nothing that can be read', '<sip:>, "broken', null],
  ])('is read from P-Asserted-Identity with %s', (_, header, asserted) => {
    expect(read({ 'P-Asserted-Identity': header }).asserted).toBe(asserted);
  });

  it('is read from Remote-Party-ID, the caller’s one', () => {
    const called = '<sip:+49666@x>;party=called;privacy=full';
    expect(
      read({ 'Remote-Party-ID': `${called}, "A" <sip:+49777@x>;party=calling;screen=yes;privacy=off` }),
    ).toMatchObject({
      remote_party: '+49777',
      remote_party_private: false,
    });
    expect(read({ 'Remote-Party-ID': '<sip:+49777@x>;privacy="FULL"' })).toMatchObject({
      remote_party: '+49777',
      remote_party_private: true,
    });
    expect(read({ 'Remote-Party-ID': called }).remote_party).toBeNull();
  });

  it.each([
    ['id', ['id']],
    ['ID; critical', ['critical', 'id']],
    ['user,id', ['user', 'id']],
    ['idle', []],
  ])('has the privacy of "%s"', (header, privacy) => {
    expect(read({ Privacy: header }).privacy).toEqual(privacy);
  });

  it('tells of diversions, latest first, made anew', () => {
    const header =
      '"Front, desk" <sip:+4930100@carrier.example:5070;lr?X=Y>;reason=User-Busy;counter=1;x="y>", <tel:+4930200>;privacy=full, <sip:carrier.example>';
    expect(read({ Diversion: header }).diversions).toEqual([
      {
        from: '+4930100',
        reason: 'user-busy',
        by: 'diversion',
        text: '<sip:+4930100@carrier.example>;reason=user-busy;counter=1',
        withheld: false,
      },
      { from: '+4930200', reason: null, by: 'diversion', text: '<tel:+4930200>', withheld: true },
    ]);
  });

  it('tells of the targets before this one in History-Info', () => {
    const header = [
      '<sip:+4930100@a.example?Reason=SIP%3Bcause%3D302>;index=1',
      '<sip:+4930200@a.example?Privacy=history>;index=1.1',
      '<sip:+4930300@a.example;cause=486>;index=1.2;mp=1.1',
    ].join(', ');
    expect(read({ 'History-Info': header }).diversions).toEqual([
      {
        from: '+4930100',
        reason: '302',
        by: 'history-info',
        text: '<sip:+4930100@a.example>;index=1',
        withheld: false,
      },
      {
        from: '+4930200',
        reason: '486',
        by: 'history-info',
        text: '<sip:+4930200@a.example>;index=1.1',
        withheld: true,
      },
    ]);
  });

  it('has a bound', () => {
    const many = Array.from({ length: 100 }, (_, index) => `<sip:${index}@x>`).join(',');
    expect(read({ Diversion: many }).diversions).toHaveLength(8);
  });

  it('never throws, and holds nothing that ends a line or a URI, whatever was sent', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '"',
      ';',
      ',',
      'sip:',
      'tel:',
      '@',
      'a',
      '+49',
      '\r\n',
      '%0d%0a',
      'reason=',
      'index=1',
      '?',
      ' ',
    );
    const header = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(header, (value) => {
        const said = read({ Diversion: value, 'History-Info': value, 'P-Asserted-Identity': value, Privacy: value });
        for (const { text, from } of said.diversions) {
          expect(text).toMatch(/^<[^<>\s"]+>[^<>\s"]*$/);
          expect(from).toMatch(/^[\x20-\x7e]+$/);
        }
        expect(callerText(said.asserted) ?? '').toMatch(/^[\x20-\x7e]*$/);
      }),
      { numRuns: 500 },
    );
  });
});
