import type { AccountId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { secretHash } from '@trunkline/runtime/secret-hash';
import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import type { KnownToken } from '../store/store.ts';
import { createAuthenticator } from './authenticator.ts';

function open(expires_in_ms: number | null) {
  const clock = createFakeClock();
  const expires_at = expires_in_ms === null ? null : ((clock.now() + expires_in_ms) as Instant);
  const token = { id: 'token', name: 'test' };
  const access: KnownToken = { account: 'a' as AccountId, role: 'owner', operator: false, expires_at, token };
  const known = new Map([[secretHash('tl_good'), access]]);
  let asked = 0;
  const tokens = {
    access: async (hash: string) => {
      asked += 1;
      return known.get(hash);
    },
  };
  const authenticator = createAuthenticator({ tokens, clock });
  return { clock, access, known, authenticator, asked: () => asked };
}

describe('the authenticator', () => {
  it('asks the store once in five seconds', async () => {
    const { clock, access, known, authenticator, asked } = open(null);
    expect(await authenticator.authenticate('Bearer tl_good')).toEqual(access);
    clock.advance(4_999);
    expect(await authenticator.authenticate('bearer tl_good')).toEqual(access);
    expect(asked()).toBe(1);
    known.clear();
    clock.advance(1);
    expect(await authenticator.authenticate('Bearer tl_good')).toBeUndefined();
    expect(asked()).toBe(2);
  });

  it('forgets a token at once when told', async () => {
    const { known, authenticator } = open(null);
    await authenticator.authenticate('Bearer tl_good');
    known.clear();
    authenticator.forget(secretHash('tl_good'));
    expect(await authenticator.authenticate('Bearer tl_good')).toBeUndefined();
  });

  it('refuses an expired token, remembered or not', async () => {
    const { clock, authenticator } = open(1_000);
    expect(await authenticator.authenticate('Bearer tl_good')).toBeDefined();
    clock.advance(1_000);
    expect(await authenticator.authenticate('Bearer tl_good')).toBeUndefined();
    clock.advance(10_000);
    expect(await authenticator.authenticate('Bearer tl_good')).toBeUndefined();
  });

  it.each([[undefined], [''], ['Bearer'], ['Basic tl_good'], ['tl_good'], ['Bearer tl_good x'], ['Bearer tl_bad']])(
    'refuses %j',
    async (header) => {
      expect(await open(null).authenticator.authenticate(header)).toBeUndefined();
    },
  );
});
