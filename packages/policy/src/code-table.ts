/** Part of the table that grows for itself, so that no change ever waits for a million entries to move. */
interface Shard {
  /** Powers of two in length; 0 is an empty cell. */
  codes: Float64Array;
  values: Float64Array;
  used: number;
}

const shardBits = 10;
const shardCount = 1 << shardBits;
const leastCells = 64;
/** Numbers mostly come in rows: those of one block lie side by side, so that a row costs one look at distant memory, not ten. */
const blockSize = 16;
/** Bytes of a block's number: a code is below 2^53. */
const blockBytes = 7;

/**
 * From codes (positive whole numbers) to numbers: a hash table in typed arrays. A million entries are no objects to the garbage
 * collector and take 32 bytes each, where a Map of strings takes a hundred. Keys are tenants' to choose, so the
 * hash (tabulation: one random word for each value of each byte) depends on a `seed` that they do not know.
 */
export class CodeTable {
  readonly #shards: readonly Shard[];
  readonly #words: Int32Array;
  #size = 0;
  /** The block that was looked for last: the next number is mostly of the same. */
  #block = -1;
  #blockHash = 0;

  constructor(seed: number) {
    this.#words = randomWords(seed);
    this.#shards = Array.from({ length: shardCount }, () => emptyShard(leastCells));
  }

  get size(): number {
    return this.#size;
  }

  get(code: number): number | undefined {
    const hash = this.#hash(code);
    const shard = this.#shardOf(hash);
    const at = find(shard, code, hash);
    return shard.codes[at] === code ? shard.values[at] : undefined;
  }

  /** Sets the value of a code that has none. Answers the value that it has already, which stays. */
  add(code: number, value: number): number | undefined {
    const hash = this.#hash(code);
    const shard = this.#shardOf(hash);
    const at = find(shard, code, hash);
    if (shard.codes[at] === code) return shard.values[at];
    this.#size += 1;
    shard.used += 1;
    shard.codes[at] = code;
    shard.values[at] = value;
    if (shard.used * 5 > shard.codes.length * 3) this.#grow(shard);
    return undefined;
  }

  /** Changes the value of a code that has one. */
  change(code: number, value: number): void {
    const hash = this.#hash(code);
    const shard = this.#shardOf(hash);
    const at = find(shard, code, hash);
    if (shard.codes[at] === code) shard.values[at] = value;
  }

  delete(code: number): void {
    const hash = this.#hash(code);
    const shard = this.#shardOf(hash);
    const at = find(shard, code, hash);
    if (shard.codes[at] !== code) return;
    this.#size -= 1;
    shard.used -= 1;
    this.#close(shard, at);
  }

  /** Cells after the hole move into it where a search for them would end at the hole. */
  #close({ codes, values }: Shard, from: number): void {
    const mask = codes.length - 1;
    let hole = from;
    for (let at = (hole + 1) & mask; codes[at] !== 0; at = (at + 1) & mask) {
      const code = codes[at] ?? 0;
      const wanted = cellOf(code, this.#hash(code), mask);
      if (((at - wanted) & mask) < ((at - hole) & mask)) continue;
      codes[hole] = code;
      values[hole] = values[at] ?? 0;
      hole = at;
    }
    codes[hole] = 0;
  }

  #grow(shard: Shard): void {
    const { codes, values } = shard;
    Object.assign(shard, emptyShard(codes.length * 2), { used: shard.used });
    codes.forEach((code, index) => {
      if (code === 0) return;
      const at = find(shard, code, this.#hash(code));
      shard.codes[at] = code;
      shard.values[at] = values[index] ?? 0;
    });
  }

  #shardOf(hash: number): Shard {
    return this.#shards[hash & (shardCount - 1)] ?? emptyShard(leastCells);
  }

  /** The same for all codes of a block. */
  #hash(code: number): number {
    const block = Math.floor(code / blockSize);
    if (block === this.#block) return this.#blockHash;
    const words = this.#words;
    let hash = 0;
    let rest = block >>> 0;
    for (let table = 0; table < blockBytes << 8; table += 256) {
      if (table === 4 << 8) rest = Math.floor(block / 2 ** 32);
      hash ^= words[table + (rest & 255)] ?? 0;
      rest >>>= 8;
    }
    this.#block = block;
    this.#blockHash = hash >>> 0;
    return this.#blockHash;
  }
}

function emptyShard(cells: number): Shard {
  return { codes: new Float64Array(cells), values: new Float64Array(cells), used: 0 };
}

/** The cell of the code, or the empty one where it belongs. */
function find({ codes }: Shard, code: number, hash: number): number {
  const mask = codes.length - 1;
  let at = cellOf(code, hash, mask);
  while (codes[at] !== code && codes[at] !== 0) at = (at + 1) & mask;
  return at;
}

/** The lowest bits have chosen the shard. */
function cellOf(code: number, hash: number, mask: number): number {
  return ((hash >>> shardBits) + (code % blockSize)) & mask;
}

/** One word for each value of each byte. */
function randomWords(seed: number): Int32Array {
  let state = seed | 0;
  // SplitMix32: a counter, and a mixer that spreads each of its bits over all.
  return Int32Array.from({ length: blockBytes << 8 }, () => {
    state = (state + 0x9e3779b9) | 0;
    let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  });
}
