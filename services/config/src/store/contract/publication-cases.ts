import type { TrunkId } from '@trunkline/contracts/ids';
import { expect, it } from 'vitest';
import type { Document } from '../store.ts';
import { sampleAgent, sampleToken, sampleTrunk } from './sample.ts';
import { changed, drained, later, type Subject } from './subject.ts';

export function publicationCases(subject: () => Subject): void {
  it('leaves word of every change in its order, with the present document', async () => {
    const { store, own } = subject();
    const agent = sampleAgent(own);
    const trunk = sampleTrunk(own);
    const token = sampleToken(own);
    await store.createAgent(agent);
    await store.createTrunk(trunk);
    await store.createToken(token);
    await store.changeTrunk(own, trunk.trunk.id, changed({ name: 'renamed' }));
    await store.deleteAgent(own, agent.agent.id, later);
    const documents = await drained(store);
    const { id } = trunk.trunk;
    expect(documents.map(({ bucket, key }) => `${bucket}/${key}`)).toEqual([
      `agents/${own}.${agent.agent.id}`,
      `trunks/${own}.${id}`,
      `tokens/${token.hash}`,
    ]);
    expect(documents[0]?.value).toBeNull();
    expect(JSON.parse(documents[1]?.value ?? '')).toEqual({ ...trunk.trunk, name: 'renamed' });
    expect(await drained(store)).toEqual([]);
    await store.deleteTrunk(own, id as TrunkId, later);
    expect(await drained(store)).toEqual([{ bucket: 'trunks', key: `${own}.${id}`, value: null }]);
  });

  it('keeps what could not be published', async () => {
    const { store, own } = subject();
    await store.createTrunk(sampleTrunk(own));
    await store.createTrunk(sampleTrunk(own));
    let calls = 0;
    const fail = async () => {
      calls += 1;
      if (calls === 2) throw new Error('NATS is away');
    };
    await expect(store.drainOutbox(10, fail)).rejects.toThrow('NATS is away');
    expect(await drained(store)).toHaveLength(2);
  });

  it('takes at most so many at once', async () => {
    const { store, own } = subject();
    for (let count = 0; count < 5; count += 1) await store.createTrunk(sampleTrunk(own));
    const none = async () => {};
    expect([
      await store.drainOutbox(3, none),
      await store.drainOutbox(3, none),
      await store.drainOutbox(3, none),
    ]).toEqual([3, 2, 0]);
  });

  it('pages through all documents', async () => {
    const { store, own, other } = subject();
    const stored = [sampleTrunk(own), sampleTrunk(other), sampleTrunk(own)];
    for (const trunk of stored) await store.createTrunk(trunk);
    const found: Document[] = [];
    let after: string | undefined;
    do {
      const page = await store.documents('trunks', after, 2);
      found.push(...page.documents);
      after = page.next;
    } while (after !== undefined);
    expect(found.map(({ value }) => JSON.parse(value ?? ''))).toEqual(stored.map(({ trunk }) => trunk));
    expect((await store.documents('agents', undefined, 10)).documents).toEqual([]);
  });

  it('lets one publish at a time', async () => {
    const { store, own } = subject();
    const order: string[] = [];
    await store.createTrunk(sampleTrunk(own));
    await Promise.all([
      store.aloneInPublishing(async () => {
        order.push('first begins');
        await store.documents('trunks', undefined, 10);
        order.push('first ends');
      }),
      store.aloneInPublishing(async () => {
        order.push('second begins');
        await store.documents('trunks', undefined, 10);
        order.push('second ends');
      }),
    ]);
    expect(order[1]?.split(' ')[0]).toBe(order[0]?.split(' ')[0]);
    expect(order).toHaveLength(4);
  });
}
