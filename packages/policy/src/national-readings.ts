import { lookupKeys, plainKeys } from './lookup-keys.ts';

/** A key that a dialled number has only for those who read it as people in `country` do. */
export interface NationalReading {
  readonly country: string;
  readonly key: string;
}

/** Dialled numbers remembered; when full, all are forgotten. */
const maxRemembered = 1_024;

/** Reading a number costs tens of microseconds per country, and the same few numbers are called again and again. */
export class NationalReadings {
  readonly #remembered = new Map<string, readonly NationalReading[]>();

  /** `countries` must be the same until {@link forget}. */
  of(user: string, countries: Iterable<string>): readonly NationalReading[] {
    const known = this.#remembered.get(user);
    if (known !== undefined) return known;
    const plain = plainKeys(user);
    const readings = [...countries].flatMap((country) =>
      lookupKeys(user, country)
        .filter((key) => !plain.includes(key))
        .map((key) => ({ country, key })),
    );
    if (this.#remembered.size >= maxRemembered) this.forget();
    this.#remembered.set(user, readings);
    return readings;
  }

  forget(): void {
    this.#remembered.clear();
  }
}
