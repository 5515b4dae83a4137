import { describe, expect, it } from 'vitest';
import { Headers } from './headers.ts';
import { formatVia, parseVia, salvageVia } from './via.ts';

describe('parseVia', () => {
  it.each([
    [
      'SIP/2.0/UDP erlang.bell-telephone.com:5060;branch=z9hG4bK87asdks7',
      { transport: 'UDP', host: 'erlang.bell-telephone.com', port: 5060 },
    ],
    ['SIP / 2.0 / tcp   first.example.com: 4000;ttl=16', { transport: 'TCP', host: 'first.example.com', port: 4000 }],
    [
      'SIP/2.0/TLS [2001:db8::9:1]:5061;received=[2001:db8::9:255];rport;branch=z9hG4bKas3-111',
      { host: '2001:db8::9:1', port: 5061 },
    ],
    ['SIP/2.0/UDP 192.0.2.1', { host: '192.0.2.1' }],
  ])('reads %s', (value, parts) => {
    const result = parseVia(value);
    if (!result.ok) throw new Error(result.reason);
    expect(result.value).toMatchObject(parts);
    expect(parseVia(formatVia(result.value))).toEqual(result);
  });

  it.each(['SIP/2.0/UDP', 'SIP/3.0/UDP a', 'HTTP/2.0/TCP a', 'SIP/2.0/UDP a;;x', 'UDP a', ''])(
    'refuses %s',
    (value) => {
      expect(parseVia(value).ok).toBe(false);
    },
  );
});

describe('salvageVia', () => {
  it.each([
    ['SIP/2.0/UDP 192.0.2.15:5070;;x;rport;,', { host: '192.0.2.15', port: 5070 }, ['x', 'rport']],
    ['SIP/7.0/TCP a.example;branch=z9hG4bK1', { host: 'a.example', transport: 'TCP' }, ['branch']],
  ])('reads the way back out of %s', (value, parts, parameters) => {
    expect(salvageVia(value)).toMatchObject(parts);
    expect([...(salvageVia(value)?.parameters.keys() ?? [])]).toEqual(parameters);
  });

  it.each(['', 'UDP a', 'SIP/2.0/UDP', 'SIP/2.0/UDP a b', 'SIP/2.0/U/DP a'])('finds none in %s', (value) => {
    expect(salvageVia(value)).toBeUndefined();
  });
});

describe('Headers', () => {
  it('gives every element of a list over all its lines, in order', () => {
    const headers = Headers.of([
      ['v', 'SIP/2.0/UDP a;x="1,2", SIP/2.0/UDP b'],
      ['Contact', '"a, b" <sip:a@b;c=d,e>'],
      ['VIA', 'SIP/2.0/TCP c'],
    ]);
    expect(headers.list('Via')).toEqual(['SIP/2.0/UDP a;x="1,2"', 'SIP/2.0/UDP b', 'SIP/2.0/TCP c']);
    expect(headers.list('m')).toEqual(['"a, b" <sip:a@b;c=d,e>']);
  });

  it('sets one field where the first stood, prepends, replaces the first, deletes all', () => {
    const headers = Headers.of([
      ['A-1', '1'],
      ['Via', 'x'],
      ['B-2', '2'],
      ['v', 'y'],
    ]);
    headers.set('via', 'z').prepend('Via', 'top').replaceFirst('VIA', 'new').delete('b-2');
    expect([...headers].map((field) => `${field.name}: ${field.value}`)).toEqual(['Via: new', 'A-1: 1', 'Via: z']);
  });
});
