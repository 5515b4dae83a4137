import { BusDownError } from '@trunkline/runtime/bus';
import { expect, it } from 'vitest';
import { waitUntil } from '../wait-until.ts';
import { type Context, settings } from './bus-under-test.ts';
import { read } from './read.ts';

export function streamTests({ bus, under }: Context): void {
  it('delivers in order what was published, each message id once', async () => {
    await bus().ensureStream(settings);
    await bus().ensureStream({ ...settings, max_age_ms: 7_200_000 });
    for (let n = 0; n < 300; n++) await bus().publish(`thing.x.n${n % 3}`, `${n}`, `id-${n}`);
    await bus().publish('thing.x.n0', 'again', 'id-7');
    await bus().publish('thing.x.last', 'end', 'id-end');
    const { messages, until } = await read(bus(), 'reader');
    await until((payloads) => payloads.includes('end'));
    expect(messages.map(({ payload }) => payload)).toEqual([...Array.from({ length: 300 }, (_, n) => `${n}`), 'end']);
    expect(messages[4]?.subject).toBe('thing.x.n1');
    const sequences = messages.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
  });
  it('refuses a subject that no stream takes', async () => {
    await bus().ensureStream(settings);
    await expect(bus().publish('other.x', '1', 'id')).rejects.toThrow(BusDownError);
  });
  it('delivers again what a handler did not manage, in order', async () => {
    await bus().ensureStream(settings);
    for (let n = 0; n < 10; n++) await bus().publish('thing.a.b', `${n}`, `id-${n}`);
    const handled: string[] = [];
    let faults = 2;
    const reader = await bus().consume('THINGS', 'reader', async (batch) => {
      if (faults-- > 0) throw new Error('a fault of the handler');
      handled.push(...batch.map(({ payload }) => payload));
    });
    await waitUntil(() => handled.length >= 10, { what: 'all messages' });
    expect(handled).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    await reader.stop();
  });
  it('goes on under a durable name where it stopped', async () => {
    await bus().ensureStream(settings);
    await bus().publish('thing.a.b', 'one', 'id-1');
    const first = await read(bus(), 'reader');
    await first.until((payloads) => payloads.includes('one'));
    await first.reader.stop();
    const other = await under().second();
    await other.publish('thing.a.b', 'two', 'id-2');
    const second = await read(other, 'reader');
    await second.until((payloads) => payloads.includes('two'));
    expect(second.messages.map(({ payload }) => payload)).toEqual(['two']);
    const fresh = await read(bus(), 'another');
    await fresh.until((payloads) => payloads.length === 2);
    await other.close();
  });
}
