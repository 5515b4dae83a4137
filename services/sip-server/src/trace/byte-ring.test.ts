import { describe, expect, it } from 'vitest';
import { ByteRing } from './byte-ring.ts';

const HEAD = 8;

/** A list that forgets its oldest, as the ring should. */
function check(capacity: number, lengths: readonly number[]): void {
  const ring = new ByteRing(capacity);
  const model: Buffer[] = [];
  lengths.forEach((length, index) => {
    const content = Buffer.alloc(length, index % 251);
    const place = ring.add(length);
    if (length + HEAD > capacity) {
      expect(place).toBeUndefined();
      return;
    }
    expect(place?.length).toBe(length);
    content.copy(place ?? Buffer.alloc(0));
    model.push(content);
    const kept = ring.records().map((read) => Buffer.from(read() ?? []));
    expect(kept.length).toBe(ring.count);
    expect(kept).toEqual(model.slice(model.length - kept.length));
    expect(ring.held_bytes).toBe(kept.reduce((sum, record) => sum + record.length + HEAD, 0));
    expect(ring.held_bytes).toBeLessThanOrEqual(capacity);
    expect(ring.oldest()).toEqual(kept[0]);
    // It forgets no more than it has to: what is left over at the end, and a record at each side, is less than two.
    const largest = HEAD + Math.max(...model.map((record) => record.length));
    if (kept.length < model.length) expect(ring.held_bytes).toBeGreaterThan(capacity - 3 * largest);
  });
}

describe('a ring of bytes', () => {
  it('keeps the newest records, whole', () => {
    check(100, [10, 10, 10, 10, 10, 10, 10]);
    check(100, [92, 92, 1, 92, 50, 50, 20, 20, 20, 60]);
    check(100, [93, 5, 200, 5, 5]);
    check(36, [10, 10, 10, 10, 28, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('does so for any lengths', () => {
    let seed = 7;
    const next = (most: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % most;
    };
    for (let round = 0; round < 60; round += 1) {
      const capacity = 40 + next(400);
      check(
        capacity,
        Array.from({ length: 120 }, () => next(Math.floor(capacity / 2))),
      );
    }
  });

  it('tells when a record was written over before it was read', () => {
    const ring = new ByteRing(60);
    ring.add(20)?.fill(1);
    ring.add(20)?.fill(2);
    const [one, two] = ring.records();
    ring.add(20)?.fill(3);
    expect([one?.(), two?.()?.[0]]).toEqual([undefined, 2]);
  });
});
