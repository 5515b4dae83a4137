/** In front of each record: its whole length, and its number. */
const HEAD_BYTES = 8;
const MOST_NUMBER = 2 ** 32;

/**
 * The newest records in so many bytes: one buffer that is written round and round. Nothing of it is an object for the garbage
 * collector, which would else carry each record about for as long as it is kept.
 */
export class ByteRing {
  readonly #bytes: Buffer;
  /** Where the oldest record begins and the next one will. */
  #oldest = 0;
  #next = 0;
  /** Up to where records stand, when the newest are in front of the oldest again. */
  #end = 0;
  #count = 0;
  #held_bytes = 0;
  #number = 0;

  constructor(most_bytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(most_bytes);
  }

  get held_bytes(): number {
    return this.#held_bytes;
  }

  get count(): number {
    return this.#count;
  }

  /** The place for a record of this length, to be filled at once; `undefined` when it is longer than all that may be kept. */
  add(length: number): Buffer | undefined {
    const whole = HEAD_BYTES + length;
    if (whole > this.#bytes.length) return undefined;
    if (this.#next + whole > this.#bytes.length) {
      // What stands behind is older than all that stands in front.
      while (this.#count > 0 && this.#oldest >= this.#next) this.#drop();
      this.#end = this.#next;
      this.#next = 0;
    }
    while (this.#count > 0 && this.#oldest >= this.#next && this.#oldest < this.#next + whole) this.#drop();
    const start = this.#next;
    if (this.#count === 0) this.#oldest = start;
    this.#bytes.writeUInt32LE(whole, start);
    this.#bytes.writeUInt32LE(this.#number, start + 4);
    this.#number = (this.#number + 1) % MOST_NUMBER;
    this.#next += whole;
    if (this.#next > this.#end) this.#end = this.#next;
    this.#count += 1;
    this.#held_bytes += whole;
    return this.#bytes.subarray(start + HEAD_BYTES, start + whole);
  }

  /** The oldest record; it must not be held. */
  oldest(): Buffer | undefined {
    return this.#count === 0 ? undefined : this.#at(this.#oldest);
  }

  /**
   * What is there now, oldest first: each is read when it is called for, and is `undefined` when it has been written over by then.
   * It must not be held.
   */
  records(): (() => Buffer | undefined)[] {
    const found: (() => Buffer | undefined)[] = [];
    let place = this.#oldest;
    for (let count = 0; count < this.#count; count += 1) {
      if (place >= this.#end) place = 0;
      const start = place;
      const number = this.#bytes.readUInt32LE(start + 4);
      found.push(() => (this.#has(number) ? this.#at(start) : undefined));
      place += this.#bytes.readUInt32LE(start);
    }
    return found;
  }

  /** Whether the record of this number is still there. */
  #has(number: number): boolean {
    const age = (this.#number - number + MOST_NUMBER) % MOST_NUMBER;
    return age >= 1 && age <= this.#count;
  }

  #at(start: number): Buffer {
    return this.#bytes.subarray(start + HEAD_BYTES, start + this.#bytes.readUInt32LE(start));
  }

  #drop(): void {
    const whole = this.#bytes.readUInt32LE(this.#oldest);
    this.#held_bytes -= whole;
    this.#count -= 1;
    this.#oldest += whole;
    if (this.#oldest >= this.#end && this.#next <= this.#oldest) {
      // The last behind is gone: the oldest is in front now.
      this.#oldest = 0;
      this.#end = this.#next;
    }
  }
}
