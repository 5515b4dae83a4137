import type { Application } from './application.ts';

/** Verbs that one application may ask for. */
const MOST_VERBS = 64;

const NOBODY: readonly Application[] = [];

/** Which application wants which verb; requests go round the applications of a verb. */
export class Routes {
  readonly #verbs = new Map<string, Application[]>();
  readonly #next = new Map<string, number>();

  /** Idempotent: an application has a verb once, however often it asks. False when it has too many. */
  add(application: Application, verb: string): boolean {
    const key = verb.toLowerCase();
    const applications = this.#verbs.get(key) ?? [];
    if (applications.includes(application)) return true;
    if (this.verbsOf(application) >= MOST_VERBS) return false;
    this.#verbs.set(key, [...applications, application]);
    return true;
  }

  remove(application: Application, verb: string): void {
    const key = verb.toLowerCase();
    const rest = (this.#verbs.get(key) ?? []).filter((other) => other !== application);
    if (rest.length > 0) this.#verbs.set(key, rest);
    else {
      this.#verbs.delete(key);
      this.#next.delete(key);
    }
  }

  removeAll(application: Application): void {
    for (const verb of [...this.#verbs.keys()]) this.remove(application, verb);
  }

  /** Those that want this verb, in lower case. */
  of(verb: string): readonly Application[] {
    return this.#verbs.get(verb) ?? NOBODY;
  }

  /** The next application for a request of this method, one that keeps up if there is one; `saturated` when none does. */
  pick(method: string, admits: (app: Application) => boolean = () => true): Application | 'nobody' | 'saturated' {
    const key = method.toLowerCase();
    const applications = this.#verbs.get(key);
    if (applications === undefined) return 'nobody';
    const start = this.#next.get(key) ?? 0;
    for (let step = 0; step < applications.length; step += 1) {
      const index = (start + step) % applications.length;
      const application = applications[index];
      if (application === undefined || application.congested || !application.open || !admits(application)) continue;
      this.#next.set(key, index + 1);
      return application;
    }
    return 'saturated';
  }

  /** Verbs that somebody wants, lower case. */
  get verbs(): readonly string[] {
    return [...this.#verbs.keys()];
  }

  verbsOf(application: Application): number {
    let count = 0;
    for (const applications of this.#verbs.values()) if (applications.includes(application)) count += 1;
    return count;
  }
}
