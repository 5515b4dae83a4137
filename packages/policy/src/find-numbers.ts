import { plainKeys } from './lookup-keys.ts';
import type { Policy, PolicyNumber } from './policy.ts';

export interface FoundNumbers {
  /** Those that were asked for. */
  readonly wanted: readonly PolicyNumber[];
  /** The others of the same digits, for the explanation. */
  readonly others: readonly PolicyNumber[];
}

/** Numbers equal to `user` as it is written. No library call, so it is safe for sources that nobody knows. */
export function findPlainly(user: string | null, policy: Policy): readonly PolicyNumber[] {
  if (user === null) return [];
  return unique(plainKeys(user).flatMap((key) => policy.byNumber(key)));
}

/**
 * Numbers that `wants` takes, under the first of `users` that leads to any: first as it is written, then, on a miss, as each
 * country in use reads it. A national reading counts only for trunks of that country.
 */
export function findNumbers(
  users: readonly (string | null)[],
  policy: Policy,
  wants: (number: PolicyNumber) => boolean,
): FoundNumbers {
  const seen = new Set<PolicyNumber>();
  for (const user of new Set(users)) {
    if (user === null) continue;
    for (const find of [findPlainly, findNationally]) {
      const found = find(user, policy);
      for (const number of found) seen.add(number);
      const wanted = found.filter(wants);
      if (wanted.length > 0) return { wanted, others: [...seen].filter((number) => !wanted.includes(number)) };
    }
  }
  return { wanted: [], others: [...seen] };
}

function findNationally(user: string | null, policy: Policy): readonly PolicyNumber[] {
  if (user === null) return [];
  const readings = policy.nationalReadings(user);
  return unique(
    readings.flatMap(({ country, key }) =>
      policy.byNumber(key).filter(({ trunk }) => trunk.number_format.country === country),
    ),
  );
}

function unique(numbers: readonly PolicyNumber[]): readonly PolicyNumber[] {
  return numbers.length < 2 ? numbers : [...new Set(numbers)];
}
