import { expect, it } from 'vitest';
import { waitUntil } from '../wait-until.ts';
import type { Context } from './bus-under-test.ts';
import { follow } from './follow.ts';

export function watchTests({ bus, under }: Context): void {
  it('says ready on an empty bucket', async () => {
    const seen = await follow(bus(), 'watched');
    await seen.untilReady();
    expect(seen.changes).toEqual([]);
  });
  it('tells every present entry, then ready, then every change in order', async () => {
    const bucket = await bus().bucket('watched');
    await bucket.put('old', '0');
    await bucket.put('deleted', '0');
    await bucket.delete('deleted');
    const first = await bucket.put('a', '1');
    const second = await bucket.put('old', '2');
    const seen = await follow(bus(), 'watched');
    await seen.untilReady();
    const third = await bucket.put('a', '3');
    await bucket.delete('old');
    await seen.until('the delete', (state) => state.size === 1 && state.get('a') === '3');
    expect(seen.changesAtReady()).toBe(2);
    expect(seen.readyCalls()).toBe(1);
    expect(seen.changes).toEqual([
      { kind: 'put', key: 'a', value: '1', revision: first },
      { kind: 'put', key: 'old', value: '2', revision: second },
      { kind: 'put', key: 'a', value: '3', revision: third },
      { kind: 'delete', key: 'old', revision: expect.any(Number) },
    ]);
  });
  it('sees what another process writes', async () => {
    const seen = await follow(bus(), 'watched');
    const other = await under().second();
    await (await other.bucket('watched')).put('from-other', '1');
    await seen.until('the entry', (state) => state.has('from-other'));
    await other.close();
  });
  it('goes on after a handler that throws', async () => {
    const bucket = await bus().bucket('watched');
    const told: string[] = [];
    const watch = await bucket.watch(
      (change) => {
        told.push(change.key);
        if (change.key === 'bad') throw new Error('a fault of the handler');
      },
      () => {},
    );
    await bucket.put('bad', '1');
    await bucket.put('good', '1');
    await waitUntil(() => told.includes('good'), { what: 'the entry after the bad one' });
    await watch.stop();
  });
  it('is silent after stop', async () => {
    const seen = await follow(bus(), 'watched');
    const later = await follow(bus(), 'watched');
    await seen.untilReady();
    await seen.watch.stop();
    await seen.bucket.put('late', '1');
    await later.until('the entry', (state) => state.has('late'));
    expect(seen.changes).toEqual([]);
  });
}
