import type { Logger } from '@trunkline/runtime/logger';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { StoreUnavailable } from '../store/record-store.ts';

export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

/** Every error has this body: `{"error":404,"message":"Call not found"}`, and `details` where fields are at fault. */
export function sendError(
  reply: FastifyReply,
  status: number,
  message: string,
  details?: readonly FieldFault[],
): FastifyReply {
  return reply
    .code(status)
    .send(details === undefined ? { error: status, message } : { error: status, message, details });
}

/** Seconds after which a client may try again what needed the database. */
const retryAfter_s = 5;

export function handleErrors(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((_request, reply) => sendError(reply, 404, 'Not found'));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (hasZodFastifySchemaValidationErrors(error)) {
      const details = error.validation.flatMap(({ instancePath, keyword, params, message }) =>
        fieldFaults(instancePath, keyword, params, message ?? 'is not valid'),
      );
      return sendError(reply, 400, details.map(({ path, message }) => `${path}: ${message}`).join('; '), details);
    }
    if (error instanceof StoreUnavailable) {
      logger.warn('A request found the database away', { route: request.routeOptions.url, error: error.cause });
      return sendError(
        reply.header('retry-after', retryAfter_s),
        503,
        'The call history is not available at the moment',
      );
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return sendError(reply, status, error.message);
    logger.error('A request failed', { route: request.routeOptions.url, error });
    return sendError(reply, 500, 'Internal error');
  });
}

/** A field that we do not know is at fault itself, not the query that holds it. */
function fieldFaults(
  instancePath: string,
  keyword: string,
  params: Readonly<Record<string, unknown>>,
  message: string,
): readonly FieldFault[] {
  const { keys } = params;
  if (keyword === 'unrecognized_keys' && Array.isArray(keys)) {
    return keys.map((key) => ({ path: String(key), message: 'is not a known parameter' }));
  }
  return [{ path: instancePath.split('/').filter(Boolean).join('.') || 'query', message }];
}
