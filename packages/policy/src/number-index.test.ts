import type { AgentId, NumberId } from '@trunkline/contracts/ids';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { worldTrunks } from './admission-world.ts';
import { CodeTable } from './code-table.ts';
import { compileTrunk } from './compile-trunk.ts';
import { dialKeys } from './dial-keys.ts';
import { isE164 } from './e164.ts';
import { e164Code, numberCode } from './number-code.ts';
import { NumberIndex } from './number-index.ts';
import { TrunkNumbers } from './trunk-numbers.ts';

const [source] = worldTrunks;
if (source === undefined) throw new Error('an empty world');
const { trunk: like } = compileTrunk(source, 'key', (value) => value);

function numbersOf(texts: readonly string[], country: string | null): TrunkNumbers {
  const trunk = { ...like, number_format: { style: '+e164' as const, country } };
  const numbers = texts.map((number, index) => ({ id: `${index}` as NumberId, number, agent: null }));
  return new TrunkNumbers(trunk, numbers);
}

describe('a number code', () => {
  it('tells texts of digits apart, leading zeros included, and is none for anything else', () => {
    const digits = fc.stringMatching(/^[0-9]{1,15}$/);
    fc.assert(
      fc.property(digits, digits, (one, other) => {
        expect(numberCode(one)).toBeGreaterThan(0);
        expect(numberCode(one) === numberCode(other)).toBe(one === other);
        expect(numberCode(`+${one}`, 1)).toBe(numberCode(one));
      }),
    );
    expect(['', '+49', '12a', '1234567890123456', '٣', '1 2'].map((text) => numberCode(text))).toEqual([
      0, 0, 0, 0, 0, 0,
    ]);
  });
});

describe('the code of a number in E.164', () => {
  it('is that of its digits, and none for whatever is no such number', () => {
    const text = fc.oneof(fc.stringMatching(/^\+?[0-9]{5,18}$/), fc.stringMatching(/^\+[1-9][0-9 -]{5,9}$/));
    fc.assert(
      fc.property(text, (text) => {
        expect(e164Code(text)).toBe(isE164(text) ? numberCode(text.slice(1)) : 0);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a code table', () => {
  it.each([0, 1, 0xffffffff])('says what a Map says (seed %i)', (seed) => {
    // Few codes, so that each is set, changed and deleted many times, and many, so that shards grow and have neighbours.
    const code = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 2 ** 52 }));
    const change = fc.record({ code, value: fc.option(fc.integer({ min: -9, max: 9 }), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const [table, map] = [new CodeTable(seed), new Map<number, number>()];
        for (const { code, value } of changes) {
          if (value === undefined) {
            table.delete(code);
            map.delete(code);
          } else {
            if (table.add(code, value) !== undefined) table.change(code, value);
            map.set(code, value);
          }
        }
        expect(table.size).toBe(map.size);
        for (const { code } of changes) expect(table.get(code)).toBe(map.get(code));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a hundred thousand neighbours, and the others when half of them go', () => {
    const table = new CodeTable(7);
    const first = 1_493_000_000_000;
    for (let index = 0; index < 100_000; index += 1) table.add(first + index, index);
    for (let index = 0; index < 100_000; index += 2) table.delete(first + index);
    let wrong = 0;
    for (let index = 0; index < 100_000; index += 1) {
      if (table.get(first + index) !== (index % 2 === 0 ? undefined : index)) wrong += 1;
    }
    expect([table.size, wrong]).toEqual([50_000, 0]);
  });
});

describe('the number index', () => {
  const texts = [
    '+4930111001',
    '4930111001',
    '030111001',
    '(030) 111 001',
    '1000',
    '01000',
    'desk',
    '',
    '+1\n2',
    '*43#',
  ];
  const keys = [...new Set(texts.flatMap((text) => [...dialKeys(text, 'DE'), ...dialKeys(text, null)]))];

  it('finds by every dial key what a look through all trunks finds, whatever was put and removed before', () => {
    const change = fc.record({
      trunk: fc.nat(3),
      country: fc.constantFrom('DE', 'US', null),
      texts: fc.option(fc.array(fc.constantFrom(...texts), { maxLength: 5 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const index = new NumberIndex(3);
        const present = new Map<number, { readonly slot: number; readonly numbers: TrunkNumbers }>();
        for (const { trunk, country, texts } of changes) {
          const before = present.get(trunk);
          if (texts === undefined) {
            if (before !== undefined) index.remove(before.slot);
            present.delete(trunk);
            continue;
          }
          const numbers = numbersOf(texts, country);
          if (before !== undefined) index.replace(before.slot, numbers);
          present.set(trunk, { slot: before?.slot ?? index.add(numbers, numbers.texts), numbers });
        }
        const all = [...present.values()].flatMap(({ numbers }) => numbers.all);
        const keysOf = ({ number, trunk }: (typeof all)[number]) => dialKeys(number, trunk.number_format.country);
        for (const key of keys) {
          const expected = all.filter((number) => keysOf(number).includes(key));
          expect(new Set(index.get(key))).toEqual(new Set(expected));
          expect(index.get(key)).toHaveLength(expected.length);
        }
        expect(index.keyCount).toBe(new Set(all.flatMap(keysOf)).size);
      }),
      { numRuns: 500 },
    );
  });

  it('answers the same objects whenever asked, since admission compares them', () => {
    const index = new NumberIndex(0);
    index.add(numbersOf(['+4930111001'], null), ['+4930111001']);
    expect(index.get('4930111001')[0]).toBe(index.get('4930111001')[0]);
    expect(index.get('4930111001')[0]).toBeDefined();
  });
});

describe('the numbers of a trunk', () => {
  it('come out as they went in', () => {
    const agent = 'an agent' as AgentId;
    for (const number of ['+4930', 'a\nb', '💥']) {
      const numbers = [
        { id: 'one' as NumberId, number, agent },
        { id: 'two' as NumberId, number: '1', agent: null },
      ];
      const packed = new TrunkNumbers(like, numbers);
      expect(packed.all).toEqual(numbers.map((each) => ({ ...each, trunk: like })));
      expect(packed.texts).toEqual([number, '1']);
    }
    expect(new TrunkNumbers(like, []).all).toEqual([]);
    expect(new TrunkNumbers(like, []).texts).toEqual([]);
  });
});
