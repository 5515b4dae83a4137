/** Several values under one key; a key with no value left is gone. Values are compared by identity. */
export class MultiMap<Key, Value> {
  readonly #sets = new Map<Key, Set<Value>>();

  /** Returns whether the key is new. */
  add(key: Key, value: Value): boolean {
    const set = this.#sets.get(key);
    set?.add(value);
    if (set === undefined) this.#sets.set(key, new Set([value]));
    return set === undefined;
  }

  /** Returns whether the key is gone with it. */
  remove(key: Key, value: Value): boolean {
    const set = this.#sets.get(key);
    return set?.delete(value) === true && set.size === 0 && this.#sets.delete(key);
  }

  get(key: Key): ReadonlySet<Value> {
    return this.#sets.get(key) ?? new Set();
  }

  keys(): Iterable<Key> {
    return this.#sets.keys();
  }
}
