import { z } from 'zod';
import type { AsGiven } from '../../store/store.ts';

/** What the domain trunk cannot say and this dialect must answer as it was given. */
const givenSchema = z.object({
  allow: z.string(),
  disallow: z.string(),
  ip_identifiers: z.array(z.string()),
  media_encryption_optimistic: z.boolean(),
});
export type Given = z.infer<typeof givenSchema>;

const dialect = 'bolna';

/** Undefined on a trunk that this dialect has not written. */
export function readGiven(as_given: AsGiven): Given | undefined {
  return givenSchema.safeParse(as_given[dialect]).data;
}

export function withGiven(as_given: AsGiven, given: Given): AsGiven {
  return { ...as_given, [dialect]: given };
}
