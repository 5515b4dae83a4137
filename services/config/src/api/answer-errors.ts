import type { Logger } from '@trunkline/runtime/logger';
import type { FastifyError, FastifyInstance } from 'fastify';
import { problemOf } from './problem-of.ts';
import { type Problem, problem } from './refusal.ts';

const ourFault = problem(500, 'A fault in Trunkline; it has been logged');

/** Gives a scope of routes its words for errors. */
export function answerErrors(
  scope: FastifyInstance,
  logger: Logger,
  body: (found: Problem) => unknown,
  adapt: (found: Problem) => Problem = (found) => found,
): void {
  scope.setErrorHandler((error: FastifyError, request, reply) => {
    const found = adapt(problemOf(error) ?? ourFault);
    const fields = { method: request.method, route: request.routeOptions.url, request: request.id };
    if (found.message === ourFault.message) logger.error('A request met a fault', { ...fields, error });
    else if (found.status >= 500) logger.warn('A request could not be served', { ...fields, reason: error.message });
    if (found.retry_after_s !== undefined) void reply.header('retry-after', found.retry_after_s);
    return reply
      .code(found.status)
      .type('application/json; charset=utf-8')
      .serializer(JSON.stringify)
      .send(body(found));
  });
}
