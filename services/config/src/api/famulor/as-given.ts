import { z } from 'zod';
import type { AsGiven } from '../../store/store.ts';
import { trunkTypes } from './trunk-body.ts';

/** What the domain trunk cannot say and this dialect must answer as it was given. */
const givenSchema = z.object({
  sip_trunk_type: z.enum(trunkTypes),
  nickname: z.string().nullable(),
  /** The trunk's name that was made of the nickname: while it is the name, the nickname stands. */
  name: z.string(),
  allowed_inbound_ips: z.array(z.string()),
});
export type Given = z.infer<typeof givenSchema>;

const dialect = 'famulor';

export function readGiven(as_given: AsGiven): Given | undefined {
  return givenSchema.safeParse(as_given[dialect]).data;
}

export function withGiven(as_given: AsGiven, given: Given): AsGiven {
  return { ...as_given, [dialect]: given };
}
