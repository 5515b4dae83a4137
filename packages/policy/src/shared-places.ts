/**
 * Nearly every key has one place, which stands for itself. Several places of one key are a list, and the key has the list's
 * number, which is negative.
 */
export class SharedPlaces {
  readonly #lists = new Map<number, Set<number>>();
  #last = 0;

  /** What the key has when `place` has come to what it had. */
  join(value: number | undefined, place: number): number {
    if (value === undefined || value === place) return place;
    const list = this.#lists.get(value);
    if (list !== undefined) {
      list.add(place);
      return value;
    }
    this.#last -= 1;
    this.#lists.set(this.#last, new Set([value, place]));
    return this.#last;
  }

  /** What the key has when `place` has gone; undefined: nothing. */
  leave(value: number, place: number): number | undefined {
    const list = this.#lists.get(value);
    if (list === undefined) return value === place ? undefined : value;
    list.delete(place);
    const [only] = list;
    if (list.size > 1) return value;
    this.#lists.delete(value);
    return only;
  }

  all(value: number): Iterable<number> {
    return this.#lists.get(value) ?? [value];
  }
}
