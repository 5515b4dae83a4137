import type { Sealed } from '@trunkline/contracts/sealed';
import type { Instant } from '@trunkline/contracts/time';
import { expect, it } from 'vitest';
import { accept, refuse } from '../../result.ts';
import type { Author, StoredTrunk } from '../store.ts';
import { freshId, sampleAgent, sampleAuthor, sampleNumber, sampleSeal, sampleToken, sampleTrunk } from './sample.ts';
import { changed, drained, later, type Subject } from './subject.ts';

const answers = (text: string): Author['once'] => ({
  key: 'key',
  fingerprint: text,
  answer: (written) => `v2.key.nonce.${(written as StoredTrunk).version}` as Sealed,
});

export function journalCases(subject: () => Subject): void {
  it('counts the trunks of an account, never gives a place twice, and counts changes', async () => {
    const { store, bare, own, other } = subject();
    const made = async (account: typeof own) => {
      const result = await bare.by(sampleAuthor(account)).createTrunk(sampleTrunk(account));
      if (!result.ok) throw new Error(result.fault.kind);
      return result.value;
    };
    const first = await made(own);
    const second = await made(own);
    expect([first.short_id, second.short_id, (await made(other)).short_id]).toEqual([1, 2, 1]);
    expect([first.version, first]).toEqual([1, await bare.trunkByShortId(own, 1)]);
    await store.deleteTrunk(own, second.trunk.id, later);
    expect((await made(own)).short_id).toBe(3);
    await store.changeTrunk(own, first.trunk.id, changed({ description: 'new' }));
    expect(await bare.trunkByShortId(own, 1)).toMatchObject({ version: 2, trunk: { description: 'new' } });
    expect(await bare.trunkByShortId(other, 3)).toBeUndefined();
  });

  it('counts it as a change of the trunk when its agent goes', async () => {
    const { store, bare, own } = subject();
    const agent = sampleAgent(own);
    await store.createAgent(agent);
    const stored = sampleTrunk(own, { numbers: [sampleNumber('4930', agent.agent.id)] });
    await store.createTrunk(stored);
    await store.deleteAgent(own, agent.agent.id, later);
    expect((await bare.trunk(own, stored.trunk.id))?.version).toBe(2);
  });

  it('deletes nothing that the judge refuses', async () => {
    const { store, bare, own } = subject();
    const { trunk } = sampleTrunk(own);
    await store.createTrunk({ trunk, as_given: {} });
    const writes = bare.by(sampleAuthor(own));
    expect(await writes.deleteTrunk(trunk.id, ({ version }) => refuse(version))).toEqual(refuse(1));
    expect(await store.trunk(own, trunk.id)).toBeDefined();
  });

  it('pages through trunks and agents in their order', async () => {
    const { store, own } = subject();
    const trunks = [1, 1, 2, 3, 3].map((at) => sampleTrunk(own, { created_at: at as Instant }));
    const agents = [1, 1, 2].map((at) => sampleAgent(own, { created_at: at as Instant }));
    for (const trunk of trunks) await store.createTrunk(trunk);
    for (const agent of agents) await store.createAgent(agent);
    const first = await store.trunks(own, { limit: 2 });
    const last = first.at(-1)?.trunk;
    const rest = await store.trunks(own, last === undefined ? {} : { after: last });
    expect([...first, ...rest].map(({ trunk }) => trunk.id)).toEqual(trunks.map(({ trunk }) => trunk.id));
    const [one] = await store.agents(own, { limit: 1 });
    const others = await store.agents(own, one === undefined ? {} : { after: one.agent, limit: 5 });
    expect(others.map(({ agent }) => agent.id)).toEqual(agents.slice(1).map(({ agent }) => agent.id));
  });

  it('writes down who changed what, and of secrets only that they changed', async () => {
    const { store, bare, own, other } = subject();
    const { trunk, as_given } = sampleTrunk(own, { numbers: [sampleNumber('4930')] });
    const author = sampleAuthor(own, { at: later });
    await bare.by(author).createTrunk({ trunk, as_given });
    const password = 'v2.other.nonce.text' as Sealed;
    const renamed = { name: 'renamed', auth: { kind: 'userpass', username: 'alice', password } } as const;
    await store.changeTrunk(own, trunk.id, changed(renamed));
    await store.deleteTrunk(own, trunk.id, later);
    const [deleted, change, created] = await bare.audit(own, { limit: 3 });
    expect(created).toMatchObject({
      id: author.entry,
      at: later,
      by: author.token,
      request: author.request,
      action: 'trunk.created',
      target: { id: trunk.id, name: trunk.name },
    });
    expect(change?.changes).toEqual([
      { field: 'name', from: trunk.name, to: 'renamed' },
      { field: 'auth.username', from: trunk.auth.kind === 'userpass' && trunk.auth.username, to: 'alice' },
      { field: 'auth.password', from: 'changed', to: 'changed' },
    ]);
    expect(deleted?.action).toBe('trunk.deleted');
    expect(deleted?.changes).toContainEqual({ field: 'numbers', from: ['4930'], to: [] });
    const text = JSON.stringify(await bare.audit(own, { limit: 100 }));
    expect(text).not.toContain(sampleSeal);
    expect(text).not.toContain(password);
    expect(await bare.audit(other, { limit: 100 })).toEqual([]);
    const older = await bare.audit(own, { limit: 100, before: change?.id ?? '' });
    expect(older.map(({ id }) => id)).toEqual([created?.id]);
  });

  it('does a request once, and keeps the answer', async () => {
    const { store, bare, own, other } = subject();
    const once = answers('first');
    const author = (account: typeof own) => sampleAuthor(account, once === undefined ? {} : { once });
    const { trunk, as_given } = sampleTrunk(own);
    await bare.by(author(own)).createTrunk({ trunk, as_given });
    const kept = { fingerprint: 'first', answer: 'v2.key.nonce.1' };
    const at = author(own).at;
    expect(await bare.answered(own, 'key', at)).toEqual(kept);
    expect(await bare.answered(own, 'key', (at + 1) as Instant)).toBeUndefined();
    expect(await bare.answered(other, 'key', at)).toBeUndefined();
    const again = sampleTrunk(own);
    expect(await bare.by(author(own)).createTrunk(again)).toEqual(refuse({ kind: 'done-already' }));
    expect(await store.trunk(own, again.trunk.id)).toBeUndefined();
    const rename = () => bare.by(author(own)).changeTrunk(trunk.id, changed({ name: 'other' }));
    expect(await rename()).toEqual(refuse({ kind: 'done-already' }));
    expect(await store.trunk(own, trunk.id)).toEqual({ trunk, as_given });
    expect((await bare.by(author(other)).createTrunk(sampleTrunk(other))).ok).toBe(true);
  });

  it('rotates a token: the new one takes its place, the old one ends', async () => {
    const { store, bare, own, other } = subject();
    const token = sampleToken(own, { role: 'member', name: 'ci' });
    await store.createToken(token);
    await drained(store);
    const fresh = { id: freshId(), hash: 'fresh', created_at: later, old_ends_at: later };
    expect(await bare.by(sampleAuthor(other)).rotateToken(token.id, fresh)).toEqual(refuse({ kind: 'not-found' }));
    expect(await bare.by(sampleAuthor(own)).rotateToken(token.id, fresh)).toMatchObject({
      value: { fresh: { id: fresh.id, name: 'ci', role: 'member', expires_at: null }, old_hash: token.hash },
    });
    expect(await store.access(token.hash)).toMatchObject({ expires_at: later });
    expect(await store.access('fresh')).toMatchObject({ role: 'member', token: { id: fresh.id } });
    expect((await drained(store)).map(({ key }) => key).sort()).toEqual(['fresh', token.hash].sort());
  });

  it('makes an account with its first token', async () => {
    const { bare, own } = subject();
    const account = { id: freshId() as typeof own, name: 'new', operator: false, created_at: later };
    const token = sampleToken(account.id, { hash: 'first' });
    const writes = () => bare.by(sampleAuthor(own));
    expect(await writes().createAccount(account, token)).toEqual(accept(account));
    expect(await bare.access('first')).toMatchObject({ account: account.id, operator: false });
    expect(await bare.accounts()).toContainEqual(account);
    const twin = { ...account, id: freshId() as typeof own };
    const refused = await writes().createAccount(twin, sampleToken(twin.id));
    expect(refused).toEqual(refuse({ kind: 'name-taken' }));
  });

  it('seals every stale secret again, page by page, and publishes it', async () => {
    const { store, bare, own } = subject();
    const auth = (sealed: string) => ({ kind: 'userpass', username: freshId(), password: sealed as Sealed }) as const;
    const stale = [1, 2, 3].map(() => sampleTrunk(own, { auth: auth('v2.old.n.t') }));
    const lost = sampleTrunk(own, { auth: auth('v2.lost.n.t') });
    const current = sampleTrunk(own, { auth: auth('v2.new_.n.t') });
    for (const trunk of [...stale, lost, current]) await store.createTrunk(trunk);
    await drained(store);
    const again = (sealed: Sealed) => (sealed.includes('lost') ? undefined : (`v2.new_.n.again` as Sealed));
    let after: string | undefined;
    let resealed = 0;
    do {
      const page = await bare.reseal({ kind: 'trunks', current: 'v2.new_.', after, limit: 2, again });
      after = page.next;
      resealed += page.resealed;
    } while (after !== undefined);
    expect(resealed).toBe(3);
    expect(await drained(store)).toHaveLength(3);
    const seals = (await store.trunks(own, {})).map(
      ({ trunk }) => trunk.auth.kind === 'userpass' && trunk.auth.password,
    );
    const fresh = 'v2.new_.n.again';
    expect(seals).toEqual([fresh, fresh, fresh, 'v2.lost.n.t', 'v2.new_.n.t']);
    expect(await bare.reseal({ kind: 'agents', current: 'v2.new_.', after: undefined, limit: 2, again })).toEqual({
      next: undefined,
      resealed: 0,
    });
  });
}
