import type { FastifyRequest } from 'fastify';
import { accept, type Result, refuse } from '../result.ts';
import { type Problem, problem } from './refusal.ts';

/** RFC 9110 §8.8.3: strong, of one version of the thing. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** RFC 9110 §13.1.1: whether `If-Match`, when there is one, names the present version. */
export function checkVersion(
  request: Pick<FastifyRequest, 'headers'>,
  present: { readonly version: number },
): Result<undefined, Problem> {
  const wanted = request.headers['if-match'];
  if (wanted === undefined || wanted.trim() === '*') return accept(undefined);
  const tags = wanted.split(',').map((tag) => tag.trim());
  if (tags.includes(etagOf(present.version))) return accept(undefined);
  return refuse(problem(412, 'It has changed since you read it: read it again, and send its new ETag in If-Match'));
}
