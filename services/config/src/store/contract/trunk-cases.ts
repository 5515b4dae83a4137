import type { NumberId } from '@trunkline/contracts/ids';
import { expect, it } from 'vitest';
import { accept, refuse } from '../../result.ts';
import { sampleNumber, sampleTrunk } from './sample.ts';
import { changed, drained, later, type Subject } from './subject.ts';

export function trunkCases(subject: () => Subject): void {
  it('gives back a trunk exactly as it was stored, lists in their order', async () => {
    const { store, own } = subject();
    const stored = sampleTrunk(own, { numbers: [sampleNumber('+491'), sampleNumber('492'), sampleNumber('490')] });
    expect(await store.createTrunk(stored)).toEqual(accept(stored));
    expect(await store.trunk(own, stored.trunk.id)).toEqual(stored);
    expect(await store.trunks(own, {})).toEqual([stored]);
  });

  it('replaces everything that a change says', async () => {
    const { store, own } = subject();
    const kept = sampleNumber('4930');
    const stored = sampleTrunk(own, { numbers: [sampleNumber('4910'), kept] });
    await store.createTrunk(stored);
    const base = sampleTrunk(own, { auth: { kind: 'ip' }, is_active: false, expires_at: later, description: 'new' });
    const renamed = { ...kept, name: 'renamed', updated_at: later };
    const numbers = [renamed, sampleNumber('4920')];
    const next = { trunk: { ...base.trunk, id: stored.trunk.id, numbers, updated_at: later }, as_given: {} };
    expect(await store.changeTrunk(own, stored.trunk.id, () => accept(next))).toEqual(accept(next));
    expect(await store.trunk(own, stored.trunk.id)).toEqual(next);
  });

  it('changes nothing when the decision is a refusal', async () => {
    const { store, own } = subject();
    const stored = sampleTrunk(own);
    await store.createTrunk(stored);
    await drained(store);
    expect(await store.changeTrunk(own, stored.trunk.id, () => refuse('no'))).toEqual(refuse('no'));
    expect(await store.trunk(own, stored.trunk.id)).toEqual(stored);
    expect(await drained(store)).toEqual([]);
  });

  it('keeps accounts apart', async () => {
    const { store, own, other } = subject();
    const stored = sampleTrunk(own, { numbers: [sampleNumber('4930')] });
    const { id, name, numbers } = stored.trunk;
    await store.createTrunk(stored);
    const missing = refuse({ kind: 'not-found' });
    expect(await store.trunk(other, id)).toBeUndefined();
    expect(await store.trunks(other, {})).toEqual([]);
    expect(await store.changeTrunk(other, id, accept)).toEqual(missing);
    expect(await store.deleteTrunk(other, id, later)).toEqual(missing);
    expect(await store.numberHolder(other, numbers[0]?.id as NumberId)).toBeUndefined();
    expect((await store.createTrunk(sampleTrunk(other, { name }))).ok).toBe(true);
  });

  it('refuses a second trunk of one name in an account, and leaves nothing of it', async () => {
    const { store, own } = subject();
    const stored = sampleTrunk(own);
    await store.createTrunk(stored);
    await drained(store);
    const twin = sampleTrunk(own, { name: stored.trunk.name, numbers: [sampleNumber('4930')] });
    expect(await store.createTrunk(twin)).toEqual(refuse({ kind: 'name-taken' }));
    expect(await drained(store)).toEqual([]);
    expect((await store.createTrunk(sampleTrunk(own, { numbers: [sampleNumber('4930')] }))).ok).toBe(true);
    const third = sampleTrunk(own);
    await store.createTrunk(third);
    const rename = changed({ name: stored.trunk.name });
    expect(await store.changeTrunk(own, third.trunk.id, rename)).toEqual(refuse({ kind: 'name-taken' }));
  });

  it('filters by activity and lists the oldest first', async () => {
    const { store, own } = subject();
    const young = sampleTrunk(own, { created_at: later });
    const old = sampleTrunk(own, { is_active: false });
    await store.createTrunk(young);
    await store.createTrunk(old);
    const names = async (filter: { is_active?: boolean }) =>
      (await store.trunks(own, filter)).map(({ trunk }) => trunk.name);
    expect(await names({})).toEqual([old.trunk.name, young.trunk.name]);
    expect(await names({ is_active: true })).toEqual([young.trunk.name]);
    expect(await names({ is_active: false })).toEqual([old.trunk.name]);
  });

  it('does changes of one trunk one after the other', async () => {
    const { store, own } = subject();
    const stored = sampleTrunk(own, { limits: { channels: 1, calls_per_second: null } });
    await store.createTrunk(stored);
    const raise = () =>
      store.changeTrunk(own, stored.trunk.id, ({ trunk, ...rest }) =>
        accept({
          ...rest,
          trunk: { ...trunk, limits: { ...trunk.limits, channels: (trunk.limits.channels ?? 0) + 1 } },
        }),
      );
    await Promise.all(Array.from({ length: 8 }, raise));
    expect((await store.trunk(own, stored.trunk.id))?.trunk.limits.channels).toBe(9);
  });

  it('refuses a trunk that no message could carry, new or changed', async () => {
    const { store, own } = subject();
    const long = 'ü'.repeat(255);
    const numbers = Array.from({ length: 10_000 }, (_, index) => ({ ...sampleNumber(`49${index}`), name: long }));
    const tooLarge = refuse({ kind: 'too-large', most_bytes: 4 * 1024 * 1024 });
    expect(await store.createTrunk(sampleTrunk(own, { numbers }))).toEqual(tooLarge);
    const stored = sampleTrunk(own);
    await store.createTrunk(stored);
    expect(await store.changeTrunk(own, stored.trunk.id, changed({ numbers }))).toEqual(tooLarge);
  });

  it('holds a trunk with ten thousand numbers', async () => {
    const { store, own } = subject();
    const numbers = Array.from({ length: 10_000 }, (_, index) => sampleNumber(`49${index}`));
    const stored = sampleTrunk(own, { numbers });
    await store.createTrunk(stored);
    const one = changed({ numbers: numbers.slice(1), updated_at: later });
    expect((await store.changeTrunk(own, stored.trunk.id, one)).ok).toBe(true);
    expect((await store.trunk(own, stored.trunk.id))?.trunk.numbers).toEqual(numbers.slice(1));
  });
}
