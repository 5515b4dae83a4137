import { expect, it } from 'vitest';
import type { Context } from './bus-under-test.ts';

export function bucketTests({ bus }: Context): void {
  it('gives back what was put, under a rising revision', async () => {
    const bucket = await bus().bucket('plain');
    expect(await bucket.get('a.b')).toBeUndefined();
    const first = await bucket.put('a.b', '{"n":1}');
    const second = await bucket.put('a.b', '{"n":"ü"}');
    expect(second).toBeGreaterThan(first);
    expect(await bucket.get('a.b')).toEqual({ value: '{"n":"ü"}', revision: second });
  });
  it('forgets what was deleted, also when it never was', async () => {
    const bucket = await bus().bucket('plain');
    await bucket.put('gone', '1');
    await bucket.put('kept', '2');
    await bucket.delete('gone');
    await bucket.delete('never');
    expect(await bucket.get('gone')).toBeUndefined();
    expect(await bucket.keys()).toEqual(['kept']);
  });
  it('keeps buckets apart and lists no key of an empty one', async () => {
    const one = await bus().bucket('one');
    const two = await bus().bucket('two');
    await one.put('key', '1');
    expect(await two.get('key')).toBeUndefined();
    expect(await two.keys()).toEqual([]);
  });
  it('throws on a key that NATS cannot hold', async () => {
    const bucket = await bus().bucket('plain');
    for (const key of ['', 'a b', 'a*', '>', 'a..b', '.a', 'a@b'])
      await expect(bucket.put(key, '1')).rejects.toThrow(TypeError);
  });
}
