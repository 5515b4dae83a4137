import { describe, expect, it } from 'vitest';
import { StoreRefused, StoreUnavailable } from './record-store.ts';
import { storeFault } from './store-fault.ts';

describe('storeFault', () => {
  it.each([
    ['22P05', StoreRefused],
    ['23514', StoreRefused],
    ['54000', StoreRefused],
    ['ECONNREFUSED', StoreUnavailable],
    ['08006', StoreUnavailable],
    ['53300', StoreUnavailable],
    ['57P01', StoreUnavailable],
    ['40001', StoreUnavailable],
    ['42P01', StoreUnavailable],
    [undefined, StoreUnavailable],
  ])('%s is %o', (code, kind) => {
    const fault = storeFault(Object.assign(new Error('told by the driver'), { code }));
    expect(fault).toBeInstanceOf(kind);
    expect(fault.message).not.toContain('told by the driver');
    expect(storeFault(fault)).toBe(fault);
  });
});
