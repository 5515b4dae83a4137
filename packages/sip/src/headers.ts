import { headerKey, headerName } from './header-name.ts';
import { splitList } from './split-list.ts';

export interface HeaderField {
  /** As it goes out: the usual spelling of a known field, the author's of any other. */
  readonly name: string;
  /** Long form in lower case. */
  readonly key: string;
  /** Unfolded, without surrounding white space. */
  readonly value: string;
}

/**
 * The header fields of one message, in order. Names may be given in any case and in the compact form (RFC 3261 §7.3.3);
 * asking by the lower-case long form is the cheapest. Values are text: `via.ts`, `name-addr.ts` and others read them when
 * somebody wants to know.
 */
export class Headers implements Iterable<HeaderField> {
  #fields: HeaderField[];

  /** The array is taken over, not copied. */
  constructor(fields: HeaderField[] = []) {
    this.#fields = fields;
  }

  /** From `[name, value]` pairs, in order; a name may come more than once. */
  static of(pairs: Iterable<readonly [string, string]>): Headers {
    const headers = new Headers();
    for (const [name, value] of pairs) headers.append(name, value);
    return headers;
  }

  get size(): number {
    return this.#fields.length;
  }

  /** The value of the first field of this name, as it stands (a list stays a list). */
  get(name: string): string | undefined {
    const key = headerKey(name);
    for (const field of this.#fields) if (field.key === key) return field.value;
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The values of all fields of this name, one per header line. */
  lines(name: string): string[] {
    const key = headerKey(name);
    const values: string[] = [];
    for (const field of this.#fields) if (field.key === key) values.push(field.value);
    return values;
  }

  /**
   * All elements of a field that is a comma-separated list, over all its lines (RFC 3261 §7.3.1). Not for the
   * authentication fields and Date, whose commas mean something else.
   */
  list(name: string): string[] {
    const values: string[] = [];
    for (const line of this.lines(name)) {
      if (line.includes(',')) values.push(...splitList(line));
      else if (line !== '') values.push(line);
    }
    return values;
  }

  append(name: string, value: string): this {
    this.#fields.push(fieldOf(name, value));
    return this;
  }

  /** Puts a field above all others, as a Via is put. */
  prepend(name: string, value: string): this {
    this.#fields.unshift(fieldOf(name, value));
    return this;
  }

  /** One field of this name with this value, where the first one stood or at the end. */
  set(name: string, value: string): this {
    const field = fieldOf(name, value);
    const at = this.#fields.findIndex((other) => other.key === field.key);
    if (at < 0) {
      this.#fields.push(field);
      return this;
    }
    this.#fields = this.#fields.filter((other, index) => index === at || other.key !== field.key);
    this.#fields[at] = field;
    return this;
  }

  delete(name: string): this {
    const key = headerKey(name);
    if (this.has(key)) this.#fields = this.#fields.filter((field) => field.key !== key);
    return this;
  }

  /** Replaces the value of the first field of this name only; the top Via is changed so. */
  replaceFirst(name: string, value: string): this {
    const key = headerKey(name);
    const at = this.#fields.findIndex((field) => field.key === key);
    const old = this.#fields[at];
    if (old !== undefined) this.#fields[at] = { name: old.name, key, value };
    return this;
  }

  clone(): Headers {
    return new Headers([...this.#fields]);
  }

  [Symbol.iterator](): Iterator<HeaderField> {
    return this.#fields[Symbol.iterator]();
  }
}

function fieldOf(name: string, value: string): HeaderField {
  const { key, spelling } = headerName(name);
  return { name: spelling, key, value };
}
