import { callIdSchema } from '@trunkline/contracts/ids';
import { instantSchema } from '@trunkline/contracts/time';
import { z } from 'zod';

const placeSchema = z.tuple([z.enum(['live', 'ended']), instantSchema, callIdSchema]);

/** Where a page ended. Opaque to clients. */
export interface Cursor {
  readonly state: 'live' | 'ended';
  readonly started_at: z.infer<typeof instantSchema>;
  readonly id: z.infer<typeof callIdSchema>;
}

export function formatCursor({ state, started_at, id }: Cursor): string {
  return Buffer.from(JSON.stringify([state, started_at, id])).toString('base64url');
}

export const cursorSchema = z
  .string()
  .max(200)
  .transform((text, context): Cursor => {
    const place = placeSchema.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
    if (place.success) {
      const [state, started_at, id] = place.data;
      return { state, started_at, id };
    }
    context.addIssue({ code: 'custom', message: 'must be the next_cursor of a former answer' });
    return z.NEVER;
  });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
