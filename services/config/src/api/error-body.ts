import { z } from 'zod';
import type { Problem } from './refusal.ts';

/** How every error of the Bolna dialect, and of what is our own, looks. */
export const errorBodySchema = z.object({
  error: z.number().int().meta({ description: 'The HTTP status' }),
  message: z.string(),
  details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

export function errorBody({ status, message, details }: Problem): ErrorBody {
  return details.length === 0 ? { error: status, message } : { error: status, message, details: [...details] };
}

/** For the `response` of a route's schema. */
export const errorAnswers = { '4xx': errorBodySchema, '5xx': errorBodySchema };
