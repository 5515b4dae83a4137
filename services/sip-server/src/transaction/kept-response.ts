/**
 * A response that is kept for retransmissions of its request, which mostly never come. As text, because a buffer is a slice of a
 * pool that it would keep whole, with much else in it.
 */
export class KeptResponse {
  #bytes: Buffer | string | undefined;

  set(bytes: Buffer | undefined): void {
    this.#bytes = bytes;
  }

  /** It will be kept for long. */
  pack(): void {
    if (typeof this.#bytes !== 'string') this.#bytes = this.#bytes?.toString('latin1');
  }

  get(): Buffer | undefined {
    return typeof this.#bytes === 'string' ? Buffer.from(this.#bytes, 'latin1') : this.#bytes;
  }
}
