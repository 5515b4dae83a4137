import { CodeTable } from './code-table.ts';
import { dialKeys } from './dial-keys.ts';
import { e164Code, numberCode } from './number-code.ts';
import type { PolicyNumber } from './policy.ts';
import { SharedPlaces } from './shared-places.ts';
import type { TrunkNumbers } from './trunk-numbers.ts';

const none: readonly PolicyNumber[] = [];

/** A place is `slot * stride + position`; more than the contract lets a trunk have. */
const stride = 16_384;

/** Where each number is, by its dial keys: the slot of its trunk, and its position there. */
export class NumberIndex {
  readonly #codes: CodeTable;
  /** Keys that are no short row of digits. */
  readonly #texts = new Map<string, number>();
  readonly #shared = new SharedPlaces();
  readonly #slots: (TrunkNumbers | undefined)[] = [];
  readonly #free: number[] = [];

  constructor(seed: number) {
    this.#codes = new CodeTable(seed);
  }

  /** Returns the slot, by which they are replaced and removed. `texts` are those of `numbers`. */
  add(numbers: TrunkNumbers, texts: readonly string[]): number {
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = numbers;
    this.#put(slot, numbers, texts, []);
    return slot;
  }

  /** Costs nothing for the numbers that stay where they are. */
  replace(slot: number, numbers: TrunkNumbers): void {
    const before = this.#slots[slot];
    this.#slots[slot] = numbers;
    if (before === undefined) throw new Error('an empty slot');
    const isAbroad = before.trunk.number_format.country !== numbers.trunk.number_format.country;
    const [old, now] = [before.texts, numbers.texts];
    this.#drop(slot, before, old, isAbroad ? [] : now);
    this.#put(slot, numbers, now, isAbroad ? [] : old);
  }

  remove(slot: number): void {
    const numbers = this.#slots[slot];
    if (numbers === undefined) return;
    this.#drop(slot, numbers, numbers.texts, []);
    this.#slots[slot] = undefined;
    this.#free.push(slot);
  }

  get(key: string): readonly PolicyNumber[] {
    const code = numberCode(key);
    const value = code === 0 ? this.#texts.get(key) : this.#codes.get(code);
    if (value === undefined) return none;
    return Array.from(this.#shared.all(value)).flatMap((place) => {
      const number = this.#slots[Math.floor(place / stride)]?.all[place % stride];
      return number === undefined ? [] : [number];
    });
  }

  get keyCount(): number {
    return this.#codes.size + this.#texts.size;
  }

  #put(slot: number, { trunk }: TrunkNumbers, texts: readonly string[], present: readonly string[]): void {
    const { country } = trunk.number_format;
    texts.forEach((text, position) => {
      if (text === present[position]) return;
      const place = slot * stride + position;
      const code = e164Code(text);
      if (code !== 0) this.#join(code, text, place);
      else for (const key of dialKeys(text, country)) this.#join(numberCode(key), key, place);
    });
  }

  #drop(slot: number, { trunk }: TrunkNumbers, texts: readonly string[], staying: readonly string[]): void {
    const { country } = trunk.number_format;
    texts.forEach((text, position) => {
      if (text === staying[position]) return;
      const place = slot * stride + position;
      // Numbers in E.164, which are nearly all, cost no text.
      const code = e164Code(text);
      if (code !== 0) this.#leave(code, text, place);
      else for (const key of dialKeys(text, country)) this.#leave(numberCode(key), key, place);
    });
  }

  #join(code: number, key: string, place: number): void {
    if (code === 0) {
      this.#texts.set(key, this.#shared.join(this.#texts.get(key), place));
      return;
    }
    const present = this.#codes.add(code, place);
    if (present !== undefined) this.#codes.change(code, this.#shared.join(present, place));
  }

  #leave(code: number, key: string, place: number): void {
    const value = code === 0 ? this.#texts.get(key) : this.#codes.get(code);
    const left = value === undefined ? undefined : this.#shared.leave(value, place);
    if (code === 0 && left === undefined) this.#texts.delete(key);
    else if (code === 0 && left !== undefined) this.#texts.set(key, left);
    else if (left === undefined) this.#codes.delete(code);
    else this.#codes.change(code, left);
  }
}
