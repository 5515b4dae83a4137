import type { z } from 'zod';
import { problem, Refusal } from './refusal.ts';

/** Brands an id that a client wrote. What is no id at all belongs to nothing, so it is not found either. */
export function readId<Schema extends z.ZodType>(schema: Schema, text: string, missing: string): z.output<Schema> {
  const read = schema.safeParse(text);
  if (!read.success) throw new Refusal(problem(404, missing));
  return read.data;
}
