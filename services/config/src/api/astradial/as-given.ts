import { z } from 'zod';
import type { AsGiven } from '../../store/store.ts';

/** What the domain trunk cannot say: that an inactive trunk is so for maintenance, and a port without a host. */
const givenSchema = z.object({ maintenance: z.boolean(), port: z.number().int() });
export type Given = z.infer<typeof givenSchema>;

const dialect = 'astradial';

export function readGiven(as_given: AsGiven): Given | undefined {
  return givenSchema.safeParse(as_given[dialect]).data;
}

export function withGiven(as_given: AsGiven, given: Given): AsGiven {
  return { ...as_given, [dialect]: given };
}
