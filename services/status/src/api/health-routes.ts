import type { Health, HealthAnswer } from '@trunkline/runtime/health';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** For supervisors and Prometheus: without a token, and without anything that belongs to an account. */
export function healthRoutes(app: FastifyInstance, health: Health): void {
  const send = (reply: FastifyReply, { status, content_type, body }: HealthAnswer): FastifyReply =>
    reply.code(status).type(content_type).header('cache-control', 'no-store').send(body);
  app.get('/live', async (_request, reply) => send(reply, health.live()));
  app.get('/ready', async (_request, reply) => send(reply, await health.ready()));
  app.get('/metrics', async (_request, reply) => send(reply, await health.metrics()));
}
