import { describe, expect, it } from 'vitest';
import { drawFields, drawTable } from './draw-table.ts';
import { readArguments } from './read-arguments.ts';

describe('readArguments', () => {
  it.each([
    [[], { verb: 'list', id: undefined, json: false, body: {} }],
    [['show', '01H', '--json'], { verb: 'show', id: '01H', json: true, body: {} }],
    [
      ['create', 'name=My carrier', 'gateways.0.gateway_address=a.example', 'gateways.0.port=5062', 'is_active=false'],
      {
        verb: 'create',
        id: undefined,
        json: false,
        body: { name: 'My carrier', gateways: [{ gateway_address: 'a.example', port: 5062 }], is_active: false },
      },
    ],
    [
      ['create', 'phone_number=4930123456789', 'name="7"', 'uri=sip:a@b;x=y', 'allow={broken'],
      {
        verb: 'create',
        id: undefined,
        json: false,
        body: { phone_number: '4930123456789', name: '7', uri: 'sip:a@b;x=y', allow: '{broken' },
      },
    ],
  ])('reads %j', (words, value) => {
    expect(readArguments(words)).toEqual({ ok: true, value });
  });

  it.each([
    [['show', 'a', 'b']],
    [['create', 'list.5=x', 'list.0=x']],
    [['create', '__proto__.x=1']],
    [['create', 'a=1', 'a.b=2']],
  ])('refuses %j', (words) => {
    const read = readArguments(words);
    const bare = read.ok ? JSON.stringify(read.value.body) : 'refused';
    expect(bare).toBe('refused');
  });
});

describe('drawTable', () => {
  it('aligns columns, shows nothing as a dash, and hides control characters', () => {
    const rows = [
      { id: '1', name: 'a\u001b[2J' },
      { id: '22', name: null },
    ];
    expect(drawTable(['id', 'name'], rows)).toEqual(['ID  NAME', '1   a?[2J', '22  -']);
    expect(drawTable(['a.b', 'c.d'], [{ a: { b: 7 }, c: null }])).toEqual(['B  D', '7  -']);
    expect(drawFields({ id: 1, list: [1] })).toEqual(['id    1', 'list  [1]']);
  });
});
