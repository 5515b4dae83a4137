/** How much of something each source address has, with a limit for each and one for all. */
export class SourceCounts {
  readonly #counts = new Map<string, number>();
  readonly #limits: { readonly each: number; readonly all: number };
  #all = 0;

  constructor(limits: { readonly each: number; readonly all: number }) {
    this.#limits = limits;
  }

  get all(): number {
    return this.#all;
  }

  /** The function that gives the place back, harmless when called again; `undefined` when there is no place. */
  take(source: string): (() => void) | undefined {
    const count = this.#counts.get(source) ?? 0;
    if (count >= this.#limits.each || this.#all >= this.#limits.all) return undefined;
    this.#counts.set(source, count + 1);
    this.#all += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#all -= 1;
      const left = (this.#counts.get(source) ?? 1) - 1;
      if (left === 0) this.#counts.delete(source);
      else this.#counts.set(source, left);
    };
  }
}
