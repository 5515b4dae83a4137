/** Chance that a seed repeats: the same seed gives the same numbers for ever (a 32-bit xorshift with a counter, Marsaglia 2003). */
export class FuzzRandom {
  #x: number;
  #weyl: number;

  constructor(seed: number, stream = 0) {
    this.#x = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) >>> 0 || 1;
    this.#weyl = Math.imul(stream, 0xc2b2ae35) >>> 0;
    for (let turn = 0; turn < 8; turn += 1) this.next();
  }

  /** 0 to 2^32 - 1. */
  next(): number {
    let x = this.#x;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#x = x >>> 0 || 1;
    this.#weyl = (this.#weyl + 362_437) >>> 0;
    return (x + this.#weyl) >>> 0;
  }

  /** 0 to `limit` - 1; 0 when there is nothing to choose from. */
  below(limit: number): number {
    return limit < 1 ? 0 : Math.floor((this.next() / 4_294_967_296) * limit);
  }

  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.below(from.length)] ?? from[0];
  }

  hex(bytes: number): string {
    let text = '';
    while (text.length < 2 * bytes) text += this.next().toString(16).padStart(8, '0');
    return text.slice(0, 2 * bytes);
  }
}
