/** The sequences that one reader of the stream has applied since the process started: an unbroken run. */
export class SeenRange {
  #first: number | undefined;
  #last = 0;

  add(first: number, last: number): void {
    this.#first ??= first;
    this.#last = last;
  }

  has(sequence: number): boolean {
    return this.#first !== undefined && sequence >= this.#first && sequence <= this.#last;
  }

  /** 0 when nothing was seen. */
  get last(): number {
    return this.#last;
  }
}
