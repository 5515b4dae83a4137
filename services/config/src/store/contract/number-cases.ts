import type { AgentId, NumberId } from '@trunkline/contracts/ids';
import { expect, it } from 'vitest';
import { accept, refuse } from '../../result.ts';
import { freshId, sampleAgent, sampleNumber, sampleTrunk } from './sample.ts';
import { changed, later, type Subject } from './subject.ts';

export function numberCases(subject: () => Subject): void {
  const taken = (number: string, holder: object | null = null) => refuse({ kind: 'number-taken', number, holder });

  it('keeps a number on one active trunk of all accounts, with or without +', async () => {
    const { store, own, other } = subject();
    const first = sampleTrunk(own, { numbers: [sampleNumber('+4930123')] });
    await store.createTrunk(first);
    expect(await store.createTrunk(sampleTrunk(own, { numbers: [sampleNumber('4930123')] }))).toEqual(
      taken('4930123', { trunk: first.trunk.id, name: first.trunk.name }),
    );
    expect(await store.createTrunk(sampleTrunk(other, { numbers: [sampleNumber('4930123')] }))).toEqual(
      taken('4930123'),
    );
    const second = sampleTrunk(other, { numbers: [sampleNumber('4940123')] });
    await store.createTrunk(second);
    const add = changed({ numbers: [...second.trunk.numbers, sampleNumber('+4930123')] });
    expect(await store.changeTrunk(other, second.trunk.id, add)).toEqual(taken('4930123'));
  });

  it('lets an inactive trunk have the number, and refuses to activate it', async () => {
    const { store, own } = subject();
    const active = sampleTrunk(own, { numbers: [sampleNumber('4930123')] });
    const resting = sampleTrunk(own, { numbers: [sampleNumber('4930123')], is_active: false });
    expect((await store.createTrunk(active)).ok).toBe(true);
    expect((await store.createTrunk(resting)).ok).toBe(true);
    const activate = changed({ is_active: true });
    expect(await store.changeTrunk(own, resting.trunk.id, activate)).toEqual(
      taken('4930123', { trunk: active.trunk.id, name: active.trunk.name }),
    );
    await store.changeTrunk(own, active.trunk.id, changed({ is_active: false }));
    expect((await store.changeTrunk(own, resting.trunk.id, activate)).ok).toBe(true);
  });

  it('refuses a number twice on one trunk, active or not', async () => {
    const { store, own } = subject();
    const numbers = () => [sampleNumber('4930123'), sampleNumber('+4930123')];
    const resting = sampleTrunk(own, { is_active: false, numbers: numbers() });
    expect(await store.createTrunk(resting)).toEqual(refuse({ kind: 'number-repeated', number: '4930123' }));
    expect((await store.createTrunk(sampleTrunk(own, { numbers: numbers() }))).ok).toBe(false);
  });

  it('frees the numbers of a deleted trunk and says how many they were', async () => {
    const { store, own } = subject();
    const numbers = [sampleNumber('4930123'), sampleNumber('4940123')];
    const stored = sampleTrunk(own, { numbers });
    await store.createTrunk(stored);
    expect(await store.deleteTrunk(own, stored.trunk.id, later)).toEqual(accept({ numbers_removed: 2 }));
    expect(await store.trunk(own, stored.trunk.id)).toBeUndefined();
    expect(await store.numberHolder(own, numbers[0]?.id as NumberId)).toBeUndefined();
    expect((await store.createTrunk(sampleTrunk(own, { numbers: [sampleNumber('4930123')] }))).ok).toBe(true);
  });

  it('knows on which trunk a number is until it is removed, and frees it then', async () => {
    const { store, own } = subject();
    const number = sampleNumber('4930123');
    const stored = sampleTrunk(own, { numbers: [number] });
    await store.createTrunk(stored);
    expect(await store.numberHolder(own, number.id)).toBe(stored.trunk.id);
    await store.changeTrunk(own, stored.trunk.id, changed({ numbers: [], updated_at: later }));
    expect(await store.numberHolder(own, number.id)).toBeUndefined();
    expect((await store.changeTrunk(own, stored.trunk.id, changed({ numbers: [sampleNumber('4930123')] }))).ok).toBe(
      true,
    );
  });

  it('maps a number to an agent of the same account only', async () => {
    const { store, own, other } = subject();
    const mine = sampleAgent(own);
    const theirs = sampleAgent(other);
    await store.createAgent(mine);
    await store.createAgent(theirs);
    const number = sampleNumber('4930123');
    const stored = sampleTrunk(own, { numbers: [number] });
    await store.createTrunk(stored);
    const map = (agent: AgentId) => changed({ numbers: [{ ...number, agent }] });
    const unknown = refuse({ kind: 'agent-unknown' });
    expect(await store.changeTrunk(own, stored.trunk.id, map(theirs.agent.id))).toEqual(unknown);
    expect(await store.changeTrunk(own, stored.trunk.id, map(freshId() as AgentId))).toEqual(unknown);
    expect((await store.changeTrunk(own, stored.trunk.id, map(mine.agent.id))).ok).toBe(true);
    expect((await store.trunk(own, stored.trunk.id))?.trunk.numbers[0]?.agent).toBe(mine.agent.id);
  });
}
