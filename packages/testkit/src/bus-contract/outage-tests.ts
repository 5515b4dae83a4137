import { BusDownError } from '@trunkline/runtime/bus';
import { expect, it } from 'vitest';
import { waitUntil } from '../wait-until.ts';
import { type Context, settings } from './bus-under-test.ts';
import { follow } from './follow.ts';
import { read } from './read.ts';

export function outageTests({ bus, under }: Context): void {
  it('rejects at once while the server is away, and says so', async () => {
    const told: boolean[] = [];
    bus().onConnectionChange((connected) => told.push(connected));
    const bucket = await bus().bucket('plain');
    await bus().ensureStream(settings);
    await under().disconnect();
    expect(bus().connected).toBe(false);
    await expect(bucket.put('key', '1')).rejects.toThrow(BusDownError);
    await expect(bucket.get('key')).rejects.toThrow(BusDownError);
    await expect(bus().publish('thing.a.b', '1', 'id')).rejects.toThrow(BusDownError);
    await expect(bus().request('thing.ask', '', 1_000)).rejects.toThrow(BusDownError);
    await under().reconnect();
    await waitUntil(() => bus().connected, { what: 'the connection' });
    expect(told).toEqual([false, true]);
    await bucket.put('key', '2');
    expect((await bucket.get('key'))?.value).toBe('2');
  });
  it('begins during an outage what can only work after it', async () => {
    await under().disconnect();
    await bus().ensureStream(settings);
    const seen = await follow(bus(), 'watched');
    const reader = await read(bus(), 'reader');
    await bus().respond('thing.ask', 'group', async (payload) => `${payload}!`);
    await under().reconnect();
    await waitUntil(
      () =>
        bus()
          .publish('thing.a.b', 'one', 'id-1')
          .then(() => true),
      { what: 'the stream' },
    );
    await seen.untilReady();
    await seen.bucket.put('key', '1');
    await seen.until('the entry', (state) => state.has('key'));
    await reader.until((payloads) => payloads.includes('one'));
    expect(await waitUntil(() => bus().request('thing.ask', 'hi', 1_000), { what: 'the answer' })).toBe('hi!');
  });
  it('misses nothing over a restart and repeats nothing', async () => {
    await bus().ensureStream(settings);
    const seen = await follow(bus(), 'watched');
    const reader = await read(bus(), 'reader');
    for (let n = 0; n < 20; n++) await seen.bucket.put(`key-${n}`, 'before');
    await bus().publish('thing.a.b', 'before', 'id-1');
    await seen.until('20 entries', (state) => state.size === 20);
    await reader.until((payloads) => payloads.length === 1);
    await under().disconnect();
    await under().reconnect();
    await waitUntil(() => bus().connected, { what: 'the connection' });
    await seen.bucket.put('key-3', 'after');
    await seen.bucket.delete('key-4');
    await bus().publish('thing.a.b', 'after', 'id-2');
    await seen.until('the changes', (state) => state.get('key-3') === 'after' && !state.has('key-4'));
    await reader.until((payloads) => payloads.includes('after'));
    expect(seen.state().size).toBe(19);
    expect(seen.changes.length).toBe(22);
    expect(seen.readyCalls()).toBe(1);
    expect(reader.payloads()).toEqual(['before', 'after']);
  });
  it('tells what is gone and makes anew what it needs when the server lost its data', async () => {
    await bus().ensureStream(settings);
    const seen = await follow(bus(), 'watched');
    const reader = await read(bus(), 'reader');
    await seen.bucket.put('lost', '1');
    await seen.bucket.put('again', '1');
    for (let n = 0; n < 5; n++) await bus().publish('thing.a.b', `before ${n}`, `id-${n}`);
    await seen.until('both entries', (state) => state.size === 2);
    await reader.until((payloads) => payloads.length === 5);
    await under().disconnect();
    await under().reconnectEmpty();
    await waitUntil(() => bus().connected, { what: 'the connection' });
    // The first revision of the new life equals one of the old: it must be told all the same.
    await waitUntil(() => seen.bucket.put('again', 'anew'), { what: 'the bucket' });
    await seen.until('the loss', (state) => state.size === 1 && state.get('again') === 'anew');
    await waitUntil(
      () =>
        bus()
          .publish('thing.a.b', 'after', 'id-0')
          .then(() => true),
      { what: 'the stream' },
    );
    await reader.until((payloads) => payloads.at(-1) === 'after');
  });
}
