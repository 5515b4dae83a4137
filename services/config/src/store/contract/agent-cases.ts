import { expect, it } from 'vitest';
import { accept, refuse } from '../../result.ts';
import { sampleAgent, sampleNumber, sampleSeal, sampleTrunk } from './sample.ts';
import { drained, later, type Subject } from './subject.ts';

export function agentCases(subject: () => Subject): void {
  const withUser = (username: string) => ({ auth: { username, password: sampleSeal } });

  it('gives back an agent exactly as it was stored, and as it was changed', async () => {
    const { store, own } = subject();
    const stored = sampleAgent(own, withUser('runtime'));
    expect(await store.createAgent(stored)).toEqual(accept(stored));
    expect(await store.agent(own, stored.agent.id)).toEqual(stored);
    const next = { agent: { ...stored.agent, auth: null, is_active: false, updated_at: later }, as_given: { a: 1 } };
    expect(await store.changeAgent(own, stored.agent.id, () => accept(next))).toEqual(accept(next));
    expect(await store.agents(own)).toEqual([next]);
  });

  it('keeps digest user names unique over all accounts and names in each', async () => {
    const { store, own, other } = subject();
    const stored = sampleAgent(own, withUser('runtime'));
    await store.createAgent(stored);
    const twin = sampleAgent(other, withUser('runtime'));
    expect(await store.createAgent(twin)).toEqual(refuse({ kind: 'username-taken' }));
    const namesake = sampleAgent(own, { name: stored.agent.name });
    expect(await store.createAgent(namesake)).toEqual(refuse({ kind: 'name-taken' }));
    expect((await store.createAgent(sampleAgent(other, { name: stored.agent.name }))).ok).toBe(true);
  });

  it('keeps accounts apart', async () => {
    const { store, own, other } = subject();
    const stored = sampleAgent(own);
    const { id } = stored.agent;
    await store.createAgent(stored);
    expect(await store.agent(other, id)).toBeUndefined();
    expect(await store.agents(other)).toEqual([]);
    expect(await store.changeAgent(other, id, accept)).toEqual(refuse({ kind: 'not-found' }));
    expect(await store.deleteAgent(other, id, later)).toEqual(refuse({ kind: 'not-found' }));
  });

  it('takes a deleted agent off its numbers, and publishes their trunks', async () => {
    const { store, own } = subject();
    const stored = sampleAgent(own);
    await store.createAgent(stored);
    const numbers = [sampleNumber('4930', stored.agent.id), sampleNumber('4940')];
    const trunk = sampleTrunk(own, { numbers });
    await store.createTrunk(trunk);
    await drained(store);
    expect(await store.deleteAgent(own, stored.agent.id, later)).toEqual(accept({ numbers_unmapped: 1 }));
    const present = await store.trunk(own, trunk.trunk.id);
    expect(present?.trunk.numbers.map(({ agent }) => agent)).toEqual([null, null]);
    const documents = await drained(store);
    expect(documents.map(({ bucket, value }) => [bucket, value === null]).sort()).toEqual([
      ['agents', true],
      ['trunks', false],
    ]);
  });
}
