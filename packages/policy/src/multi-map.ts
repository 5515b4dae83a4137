/** Several values under one key; a key with no value left is gone. Values are compared by identity. */
export class MultiMap<Key, Value> {
  readonly #sets = new Map<Key, Set<Value>>();

  add(key: Key, value: Value): void {
    const set = this.#sets.get(key);
    if (set === undefined) this.#sets.set(key, new Set([value]));
    else set.add(value);
  }

  remove(key: Key, value: Value): void {
    const set = this.#sets.get(key);
    if (set?.delete(value) && set.size === 0) this.#sets.delete(key);
  }

  get(key: Key): ReadonlySet<Value> {
    return this.#sets.get(key) ?? new Set();
  }

  keys(): Iterable<Key> {
    return this.#sets.keys();
  }
}
