import { describe, expect, it } from 'vitest';
import { NationalReadings } from './national-readings.ts';

describe('national readings', () => {
  it('are what each country makes of the digits, beyond the digits themselves', () => {
    const readings = new NationalReadings();
    expect(readings.of('030123456', ['DE', 'US'])).toEqual([{ country: 'DE', key: '4930123456' }]);
    expect(readings.of('+4930123456', ['DE', 'US'])).toEqual([]);
    expect(readings.of('alice', ['DE'])).toEqual([]);
  });

  it('are remembered until they are forgotten', () => {
    const readings = new NationalReadings();
    expect(readings.of('030123456', [])).toEqual([]);
    expect(readings.of('030123456', ['DE'])).toEqual([]);
    readings.forget();
    expect(readings.of('030123456', ['DE'])).toHaveLength(1);
  });

  it('do not fill the memory with what strangers dial', () => {
    const readings = new NationalReadings();
    readings.of('030123456', []);
    for (let n = 0; n < 1_024; n += 1) readings.of(`stranger${n}`, []);
    expect(readings.of('030123456', ['DE'])).toHaveLength(1);
  });
});
