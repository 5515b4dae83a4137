import type { Health, HealthAnswer } from '@trunkline/runtime/health';
import type { FastifyInstance } from 'fastify';

/** `/live`, `/ready` and `/metrics`, without token. */
export function healthRoutes(scope: FastifyInstance, health: Health): void {
  const pages: Readonly<Record<string, () => HealthAnswer | Promise<HealthAnswer>>> = {
    '/live': health.live,
    '/ready': health.ready,
    '/metrics': health.metrics,
  };
  for (const [path, page] of Object.entries(pages)) {
    scope.get(path, async (_request, reply) => {
      const { status, content_type, body } = await page();
      return reply.code(status).type(content_type).serializer(String).send(body);
    });
  }
}
