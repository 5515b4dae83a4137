import { z } from 'zod';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const instantSchema = z.number().int().nonnegative().brand<'Instant'>();
export type Instant = z.infer<typeof instantSchema>;
