import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { Clock } from '@trunkline/runtime/clock';
import type { Health } from '@trunkline/runtime/health';
import type { Logger } from '@trunkline/runtime/logger';
import Fastify, { type FastifyInstance } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import type { RecordStore } from '../store/record-store.ts';
import type { SipTraces } from '../trace/sip-traces.ts';
import type { View } from '../view/view.ts';
import { authenticate } from './authenticate.ts';
import { callsRoutes } from './calls-routes.ts';
import { handleErrors } from './errors.ts';
import { type EventClients, eventsRoute } from './events-route.ts';
import { healthRoutes } from './health-routes.ts';
import { trunksRoutes } from './trunks-routes.ts';

/** Beside `src` and `dist`, so that it is the same folder from both. */
const webFolder = fileURLToPath(new URL('../../web/', import.meta.url));

/** The page loads its own files and talks to its own origin; nothing else, and nobody frames it. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

export interface Api {
  readonly app: FastifyInstance;
  readonly clients: EventClients;
}

export async function createApi(parts: {
  readonly view: View;
  readonly store: RecordStore;
  readonly traces: SipTraces;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly health: Health;
  /** False until the tokens of the installation have been read once. */
  readonly tokensKnown: () => boolean;
}): Promise<Api> {
  const { view, store, clock, logger, traces } = parts;
  const app = Fastify({ bodyLimit: 1_024, requestTimeout: 30_000, exposeHeadRoutes: false, return503OnClosing: true });
  app.setValidatorCompiler(validatorCompiler);
  handleErrors(app, logger);
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(securityHeaders);
  });
  healthRoutes(app, parts.health);
  await app.register(fastifyStatic, {
    root: webFolder,
    wildcard: false,
    globIgnore: ['tsconfig.json'],
    index: 'index.html',
    cacheControl: false,
  });
  let clients: EventClients | undefined;
  await app.register((behindToken, _options, done) => {
    authenticate(behindToken, { tokens: view.tokens, clock, tokensKnown: parts.tokensKnown });
    behindToken.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });
    callsRoutes(behindToken, { view, store, traces });
    trunksRoutes(behindToken, { view, clock });
    clients = eventsRoute(behindToken, { view, clock, headers: securityHeaders });
    done();
  });
  if (clients === undefined) throw new Error('The routes were not registered');
  return { app, clients };
}
