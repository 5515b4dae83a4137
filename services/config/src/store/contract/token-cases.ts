import type { AccountId } from '@trunkline/contracts/ids';
import { expect, it } from 'vitest';
import { accept, refuse } from '../../result.ts';
import { freshId, sampleToken } from './sample.ts';
import { later, type Subject } from './subject.ts';

export function tokenCases(subject: () => Subject): void {
  it('says what a token allows, until it is deleted', async () => {
    const { store, own, other } = subject();
    const token = sampleToken(own, { role: 'member', expires_at: later });
    expect(await store.createToken(token)).toEqual(accept(token));
    const allowed = {
      account: own,
      role: 'member',
      operator: true,
      expires_at: later,
      token: { id: token.id, name: token.name },
    };
    expect(await store.access(token.hash)).toEqual(allowed);
    expect(await store.access('unknown')).toBeUndefined();
    expect(await store.tokens(own)).toContainEqual(token);
    expect(await store.tokens(other)).not.toContainEqual(token);
    expect(await store.deleteToken(other, token.id)).toEqual(refuse({ kind: 'not-found' }));
    expect(await store.deleteToken(own, token.id)).toEqual(accept(token));
    expect(await store.access(token.hash)).toBeUndefined();
  });

  it('bootstraps once, and withdraws a former token of the same name', async () => {
    const { store } = subject();
    const account = { id: freshId() as AccountId, name: 'default' };
    const { account: _, ...first } = sampleToken(account.id, { name: 'bootstrap' });
    await store.bootstrap({ account, token: first });
    const again = { account: { ...account, id: freshId() as AccountId }, token: { ...first, id: freshId() } };
    await store.bootstrap(again);
    expect(await store.access(first.hash)).toMatchObject({ account: account.id, role: 'owner', operator: true });
    expect(await store.tokens(account.id)).toHaveLength(1);
    await store.bootstrap({ account, token: { ...first, id: freshId(), hash: 'another' } });
    expect(await store.access(first.hash)).toBeUndefined();
    expect(await store.access('another')).toMatchObject({ account: account.id });
  });
}
