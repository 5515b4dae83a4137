import { z } from 'zod';
import type { Problem } from '../refusal.ts';

/** How errors of this dialect look: by field when the fields are at fault, else one sentence. */
export const errorBodySchema = z.union([
  z.object({ message: z.string(), errors: z.record(z.string(), z.array(z.string())) }),
  z.object({ error: z.string() }),
]);

export const invalidMessage = 'The given data was invalid.';

export function errorBody({ status, message, details }: Problem): z.infer<typeof errorBodySchema> {
  if (status !== 422) return { error: message };
  const errors = new Map<string, string[]>();
  for (const { path, message: text } of details.length === 0 ? [{ path: 'body', message }] : details) {
    const field = path === '' ? 'body' : path.replace(/\[(\d+)\]/g, '.$1');
    errors.set(field, [...(errors.get(field) ?? []), text]);
  }
  // From entries, so that a field called `__proto__` is a field.
  return { message: invalidMessage, errors: Object.fromEntries(errors) };
}

/** Bodies that cannot be understood are, in this dialect, data that is not valid. */
export function asUnprocessable(found: Problem): Problem {
  return found.status === 400 ? { ...found, status: 422 } : found;
}

export const errorAnswers = { '4xx': errorBodySchema, '5xx': errorBodySchema };
