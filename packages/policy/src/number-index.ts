import { dialKeys } from './dial-keys.ts';
import type { PolicyNumber } from './policy.ts';

const none: readonly PolicyNumber[] = [];

/** Numbers by their dial keys. Nearly every key has one number, so that one is kept without a list around it. */
export class NumberIndex {
  readonly #byKey = new Map<string, PolicyNumber | PolicyNumber[]>();

  add(number: PolicyNumber): void {
    for (const key of keysOf(number)) {
      const present = this.#byKey.get(key);
      if (present === undefined) this.#byKey.set(key, number);
      else if (Array.isArray(present)) present.push(number);
      else this.#byKey.set(key, [present, number]);
    }
  }

  remove(number: PolicyNumber): void {
    for (const key of keysOf(number)) {
      const present = this.#byKey.get(key);
      if (present === number) this.#byKey.delete(key);
      if (!Array.isArray(present)) continue;
      const [first, ...more] = present.filter((one) => one !== number);
      if (first === undefined) this.#byKey.delete(key);
      else this.#byKey.set(key, more.length === 0 ? first : [first, ...more]);
    }
  }

  get(key: string): readonly PolicyNumber[] {
    const present = this.#byKey.get(key);
    if (present === undefined) return none;
    return Array.isArray(present) ? present : [present];
  }

  get keyCount(): number {
    return this.#byKey.size;
  }
}

function keysOf({ number, trunk }: PolicyNumber): readonly string[] {
  return dialKeys(number, trunk.number_format.country);
}
