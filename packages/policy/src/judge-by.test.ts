import { expect, it } from 'vitest';
import { judgeBy } from './judge-by.ts';

it('says how a gateway is to be judged, and nothing where it is as usual', () => {
  const sha256 = ['ab'.repeat(32), '12'.repeat(32)];
  expect(judgeBy({})).toEqual({});
  expect(judgeBy({ gateway_tls: { check: 'verify' } })).toEqual({ 'Trunkline-TLS': 'verify' });
  expect(judgeBy({ gateway_tls: { check: 'off' } })).toEqual({ 'Trunkline-TLS': 'off' });
  expect(judgeBy({ gateway_tls: { check: 'pin', sha256 } })).toEqual({
    'Trunkline-TLS': `pin;sha256=${sha256.join(',')}`,
  });
});
