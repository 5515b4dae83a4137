import { fileURLToPath } from 'node:url';
import { fuzzInProcess } from '@trunkline/loadtest/fuzz-in-process';
import { FuzzRandom } from '@trunkline/loadtest/fuzz-random';
import { readFuzzSeeds } from '@trunkline/loadtest/fuzz-seeds';
import { describe, expect, it } from 'vitest';

const seeds = readFuzzSeeds(fileURLToPath(new URL('./messages', import.meta.url)));

describe('the fuzzer', () => {
  it('repeats itself by its seed', () => {
    const draw = (random: FuzzRandom) => Array.from({ length: 50 }, () => random.below(1_000_000));
    expect(draw(new FuzzRandom(7, 3))).toEqual(draw(new FuzzRandom(7, 3)));
    expect(draw(new FuzzRandom(7, 3))).not.toEqual(draw(new FuzzRandom(7, 4)));
    expect(draw(new FuzzRandom(7, 3))).not.toEqual(draw(new FuzzRandom(8, 3)));
  });

  it('finds nothing wrong with the parser, the framer and the core, and leaves nothing in them', async () => {
    const result = await fuzzInProcess({ seed: 3_261, datagrams: 20_000, chunks: 5_000, seeds });
    expect(result).toMatchObject({ datagrams: 20_000, chunks: 5_000 });
    // It has to get somewhere: messages that are taken, refused, framed, and calls that are set up.
    expect(result.well_formed).toBeGreaterThan(5_000);
    expect(result.malformed).toBeGreaterThan(5_000);
    expect(result.messages).toBeGreaterThan(50);
    expect(result.broken).toBeGreaterThan(0);
    expect(result.reached['most_dialogs']).toBeGreaterThan(5);
    expect(result.reached['BYE: ack-timeout']).toBeGreaterThan(0);
    expect(result.reached['refused: malformed']).toBeGreaterThan(1_000);
  });
});
