import { isUtf8 } from 'node:buffer';
import type { Health } from '@trunkline/runtime/health';
import type { Logger } from '@trunkline/runtime/logger';
import type { Metrics } from '@trunkline/runtime/metrics';
import { type FastifyInstance, fastify } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { accountRoutes } from './accounts/account-routes.ts';
import { admissionRoutes } from './admission/admission-routes.ts';
import { agentRoutes } from './agents/agent-routes.ts';
import { answerErrors } from './answer-errors.ts';
import type { ApiParts } from './api-parts.ts';
import { astradialRoutes } from './astradial/trunk-routes.ts';
import { auditRoutes } from './audit/audit-routes.ts';
import { inboundRoutes } from './bolna/inbound-routes.ts';
import { numberRoutes } from './bolna/number-routes.ts';
import { trunkRoutes } from './bolna/trunk-routes.ts';
import { callRoutes } from './calls/call-routes.ts';
import { errorBody } from './error-body.ts';
import { famulorRoutes } from './famulor/trunk-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { describeRoutes, openapiRoutes } from './openapi/openapi-routes.ts';
import { readJson } from './read-json.ts';
import { type Problem, problem, Refusal } from './refusal.ts';
import { type AccessLimits, requireAccess } from './require-access.ts';
import { settingsRoutes } from './settings/settings-routes.ts';
import { tokenRoutes } from './tokens/token-routes.ts';

const limits = {
  /** Bytes of a body. */
  bodyLimit: 1024 * 1024,
  /** Milliseconds in which a request must have arrived. */
  requestTimeout: 15_000,
  /** Milliseconds after which an idle connection is closed. */
  keepAliveTimeout: 60_000,
};

export type HttpServer = FastifyInstance;

export interface ServerParts extends ApiParts {
  readonly health: Health;
  readonly metrics: Metrics;
  readonly limits: AccessLimits;
}

/** The HTTP server, not listening yet. Each dialect is a scope of its own: its routes, its words for errors. */
export function createServer(parts: ServerParts): HttpServer {
  const server = fastify({ ...limits, logger: false, genReqId: () => parts.ids.ulid(), forceCloseConnections: 'idle' });
  takeOnlyJson(server);
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  answerErrors(server, parts.logger, errorBody);
  server.setNotFoundHandler(() => {
    throw new Refusal(problem(404, 'There is nothing at this path with this method'));
  });
  tellAnswers(server, parts.logger, parts.metrics);
  healthRoutes(server, parts.health);
  describeRoutes(server);
  openapiRoutes(server);
  void server.register(async (scope) => {
    requireAccess(scope, { authenticator: parts.authenticator, limits: parts.limits });
    for (const routes of allRoutes) {
      await scope.register(routes, parts);
    }
  });
  return server;
}

const allRoutes = [
  trunkRoutes,
  numberRoutes,
  inboundRoutes,
  agentRoutes,
  tokenRoutes,
  accountRoutes,
  auditRoutes,
  admissionRoutes,
  famulorRoutes,
  astradialRoutes,
  settingsRoutes,
  callRoutes,
];

/**
 * Clients that set Content-Type on every request send no body with DELETE: that is no fault here, and the route's schema
 * judges whether it is one.
 */
function takeOnlyJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (_request, bytes, done) => {
    // RFC 8259 §8.1. Bytes that are no UTF-8 would become other characters than those that were sent.
    if (!isUtf8(bytes)) return done(new Refusal(problem(400, 'The body is not UTF-8')));
    const read = bytes.length === 0 ? undefined : readJson(bytes.toString('utf8'));
    if (read === undefined || read.kind === 'ok') return done(null, read?.value);
    return done(new Refusal(jsonProblem(read)));
  });
}

function jsonProblem(read: Exclude<ReturnType<typeof readJson>, { kind: 'ok' }>): Problem {
  switch (read.kind) {
    case 'invalid':
      return problem(400, 'The body is not valid JSON');
    case 'too-deep':
      return problem(400, 'The body has too many objects or lists inside one another', read.path);
    case 'repeated-key':
      return problem(400, `${read.path} is given twice: give it once`, read.path);
    case 'forbidden-key':
      return problem(400, `${read.path} is no name for a field`, read.path);
  }
}

const durations_s = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Neither bodies nor headers are logged, and paths only as their pattern. */
function tellAnswers(server: FastifyInstance, logger: Logger, metrics: Metrics): void {
  const duration = metrics.histogram({
    name: 'trunkline_config_request_seconds',
    help: 'From the request to the end of the answer',
    labels: ['method', 'route', 'status'],
    buckets: durations_s,
  });
  server.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const route = request.routeOptions.url ?? null;
    const status = reply.statusCode;
    duration.observe(reply.elapsedTime / 1_000, { method, route: route ?? 'none', status: String(status) });
    logger.debug('A request was answered', {
      request: request.id,
      method,
      route,
      status,
      duration_ms: Math.round(reply.elapsedTime),
      account: request.access?.account ?? null,
    });
  });
}
