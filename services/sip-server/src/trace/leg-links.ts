/** Calls of which it is remembered which legs they have. */
const MOST_CALLS = 20_000;
/** INVITEs that one leg may lead to: gateways are tried one after the other. */
const MOST_LEGS = 16;
const FROM_TAG = ';from-tag=';

/** Which Call-IDs a call's other legs have, as applications told when they sent their INVITEs. The oldest is forgotten. */
export class LegLinks {
  readonly #legs = new Map<string, readonly string[]>();

  /** `other_leg`: the dialog id of the first leg. */
  add(other_leg: string, call_id: string): void {
    const end = other_leg.lastIndexOf(FROM_TAG);
    const first = end < 0 ? other_leg : other_leg.slice(0, end);
    const legs = this.#legs.get(first) ?? [];
    if (legs.includes(call_id) || legs.length >= MOST_LEGS) return;
    this.#legs.set(first, [...legs, call_id]);
    if (this.#legs.size <= MOST_CALLS) return;
    const oldest = this.#legs.keys().next().value;
    if (oldest !== undefined) this.#legs.delete(oldest);
  }

  of(call_id: string): readonly string[] {
    return this.#legs.get(call_id) ?? [];
  }

  get size(): number {
    return this.#legs.size;
  }
}
