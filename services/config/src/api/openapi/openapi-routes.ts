import { fastifySwagger } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { page } from './page.ts';

/** Reads the schemas of every route that is registered later. */
export function describeRoutes(server: FastifyInstance): void {
  void server.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Trunkline config',
        version: '0.1.0',
        description:
          'Trunks in three dialects, numbers, agents, tokens, accounts, the audit log and the dry run of admission. ' +
          'Idempotency-Key is taken on every POST, If-Match on every change of a thing that has an ETag.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  });
}

/** The document (OpenAPI 3.1) and a page that people can read. Both are the same for everybody, so they need no token. */
export function openapiRoutes(server: FastifyInstance): void {
  const hide = { schema: { hide: true } };
  server.get('/openapi.json', hide, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send(server.swagger()),
  );
  server.get('/docs', hide, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').serializer(String).send(page(server.swagger())),
  );
}
