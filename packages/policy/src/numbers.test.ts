import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialKeys } from './dial-keys.ts';
import { countryOf, isE164 } from './e164.ts';
import { formatDialled, isDiallable } from './format-dialled.ts';
import { lookupKeys, plainKeys } from './lookup-keys.ts';
import { keyOf } from './number-text.ts';

describe('the keys of a configured number', () => {
  it.each([
    ['+4930123456', null, ['4930123456']],
    ['+49 (30) 123-456', 'DE', ['4930123456']],
    ['4930123456', 'DE', ['4930123456']],
    ['030 123456', 'DE', ['030123456', '4930123456']],
    ['030 123456', null, ['030123456']],
    ['+49 (0)30 123456', 'DE', ['49030123456', '4930123456']],
    ['(212) 555-0100', 'US', ['2125550100', '12125550100']],
    ['1001', 'DE', ['1001']],
    ['10012', 'DE', ['10012', '4910012']],
    ['*98', 'DE', ['*98']],
    ['alice', 'DE', ['alice']],
    ['', 'DE', []],
    ['030 123456', 'XX', ['030123456']],
  ])('%s in %s: %j', (number, country, keys) => {
    expect(dialKeys(number, country)).toEqual(keys);
  });
});

describe('the keys of a number that arrives', () => {
  it.each([
    ['+4930123456', 'DE', ['4930123456']],
    ['4930123456', 'DE', ['4930123456']],
    ['030123456', 'DE', ['030123456', '4930123456']],
    ['004930123456', 'DE', ['004930123456', '4930123456']],
    ['0114930123456', 'US', ['0114930123456', '4930123456']],
    ['2125550100', 'US', ['2125550100', '12125550100']],
    ['030123456', null, ['030123456']],
    ['%2B49-30-123456', null, ['4930123456']],
    ['030123456;phone-context=+49', null, ['4930123456', '030123456']],
    ['+4930123456;phone-context=+1;npdi', null, ['4930123456']],
    ['1001;phone-context=pbx.example', null, ['1001']],
    ['alice%20b', 'DE', ['alice b']],
    ['%ff', 'DE', ['%ff']],
    ['', 'DE', []],
    [';phone-context=+49', 'DE', []],
  ])('%s in %s: %j', (called, country, keys) => {
    expect(lookupKeys(called, country)).toEqual(keys);
  });

  it('meet those of the same number configured, in E.164 and in national form', () => {
    const number = fc.integer({ min: 30_100_000, max: 30_999_999 }).map((digits) => `${digits}`);
    const forms = (national: string) => [`+49${national}`, `49${national}`, `0${national}`, `0049${national}`];
    fc.assert(
      fc.property(number, fc.nat(2), fc.nat(3), (national, configured, dialled) => {
        const keys = dialKeys(forms(national)[configured] ?? '', 'DE');
        const arriving = lookupKeys(forms(national)[dialled] ?? '', 'DE');
        expect(arriving.some((key) => keys.includes(key))).toBe(true);
      }),
    );
  });

  it('are found without the library where the digits are the same', () => {
    const digits = fc.stringMatching(/^[1-9]\d{6,14}$/);
    fc.assert(
      fc.property(digits, (text) => {
        expect(plainKeys(`+${text}`)).toEqual(dialKeys(`+${text}`, 'DE'));
        expect(plainKeys(text)).toEqual(plainKeys(`+${text}`));
      }),
    );
  });
});

describe('a dialled number', () => {
  const styles = ['+e164', 'e164', 'national'] as const;
  it.each([
    ['+4930123456', 'DE', '+4930123456', '4930123456', '030123456'],
    ['4930123456', 'DE', '+4930123456', '4930123456', '030123456'],
    ['030 123456', 'DE', '+4930123456', '4930123456', '030123456'],
    ['0030123456', null, '0030123456', '0030123456', '0030123456'],
    ['+12125550123', 'DE', '+12125550123', '12125550123', '0012125550123'],
    ['442079460000', 'DE', '+442079460000', '442079460000', '00442079460000'],
    ['+4930123456', 'US', '+4930123456', '4930123456', '0114930123456'],
    ['+12125550123', 'US', '+12125550123', '12125550123', '2125550123'],
    ['+4930123456', null, '+4930123456', '4930123456', '+4930123456'],
    ['4930123456', null, '+4930123456', '4930123456', '+4930123456'],
    ['2125550123', 'US', '+12125550123', '12125550123', '2125550123'],
    ['+14165550123', 'US', '+14165550123', '14165550123', '4165550123'],
    ['30123456', 'DE', '+4930123456', '4930123456', '030123456'],
    ['0044 20 7946 0000', 'DE', '+442079460000', '442079460000', '00442079460000'],
    ['112', 'DE', '112', '112', '112'],
    ['911', 'US', '911', '911', '911'],
    ['*98', 'DE', '*98', '*98', '*98'],
    ['+4930123456;ext=5', 'DE', '+4930123456', '4930123456', '030123456'],
  ])('%s in %s leaves as %s, %s, %s', (number, country, ...expected) => {
    expect(styles.map((style) => formatDialled(number, { style, country }))).toEqual(expected);
  });

  it('with + keeps its digits in both E.164 styles', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+[1-9]\d{6,14}$/), (number) => {
        expect(formatDialled(number, { style: '+e164', country: 'DE' })).toBe(number);
        expect(formatDialled(number, { style: 'e164', country: 'DE' })).toBe(keyOf(number));
      }),
    );
  });

  it.each([
    ['+4930123456', true],
    ['030 12-34', true],
    ['112', true],
    ['*98#', true],
    ['+', false],
    ['+0123', false],
    ['*#', false],
    ['', false],
    ['alice', false],
    ['+49\r\nX: y', false],
    ['123456789012345678901', false],
    ['+1234567890123456', false],
  ])('%j is diallable: %s', (called, diallable) => {
    expect(isDiallable(called)).toBe(diallable);
  });
});

describe('E.164', () => {
  it.each([
    ['+4930123456', true],
    ['+1234567', true],
    ['+123456', false],
    ['+1234567890123456', false],
    ['4930123456', false],
    ['+04930123456', false],
    ['+49 30 123456', false],
  ])('%s: %s', (text, is) => {
    expect(isE164(text)).toBe(is);
  });

  it('tells the country where the number does', () => {
    expect(countryOf('+4930123456')).toBe('DE');
    expect(countryOf('+12125550123')).toBe('US');
    expect(countryOf('030123456')).toBeNull();
    expect(countryOf('alice')).toBeNull();
  });
});
