import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from './read-json.ts';

describe('readJson', () => {
  it('reads what JSON.parse reads, where no key is given twice', () => {
    const key = fc.string().filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(null, true, false),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(readJson(text)).toEqual({ kind: 'ok', value: JSON.parse(text) });
      }),
    );
  });

  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":{"b":1,"c":2,"b":3}}', 'a.b'],
    ['[{"a":1},{"a":1,"a":1}]', '[1].a'],
    ['{"list":[0,[1],{"x":":,{","x":1}]}', 'list[2].x'],
    ['{"\\u0061":1,"a":2}', 'a'],
    ['{"a\\"":1,"a\\"":2}', 'a"'],
    ['{"":1,"":2}', ''],
  ])('finds the key that %s gives twice', (text, path) => {
    expect(readJson(text)).toEqual({ kind: 'repeated-key', path });
  });

  it.each(['{"a":1,"b":{"a":1}}', '[{"a":1},{"a":1}]', '{"a":"a","b":"a"}', '{"a":["a","a"]}'])('takes %s', (text) => {
    expect(readJson(text).kind).toBe('ok');
  });

  it('refuses depth, broken text and names that reach into objects', () => {
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(readJson(deep(32)).kind).toBe('ok');
    expect(readJson(deep(33)).kind).toBe('too-deep');
    expect(readJson(deep(100_000)).kind).toBe('too-deep');
    expect(readJson(`{"a":[${deep(40)}]}`)).toEqual({ kind: 'too-deep', path: 'a' });
    expect(readJson('{"a":').kind).toBe('invalid');
    expect(readJson('{"b":{"__proto__":1}}')).toEqual({ kind: 'forbidden-key', path: 'b.__proto__' });
  });
});
