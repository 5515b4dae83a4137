import type { Access, Role } from '@trunkline/contracts/access';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator } from '../access/authenticator.ts';
import { problem, Refusal } from './refusal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every route behind {@link requireAccess}. */
    access: Access | undefined;
  }
}

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const mayWrite: Readonly<Record<Role, boolean>> = { owner: true, admin: true, member: false };

/** Demands a bearer token (RFC 6750) of every route of a scope, and the right to change things of those that do. */
export function requireAccess(scope: FastifyInstance, authenticator: Authenticator): void {
  scope.decorateRequest('access', undefined);
  scope.addHook('onRequest', async (request, reply) => {
    const access = await authenticator.authenticate(request.headers.authorization);
    if (access === undefined) {
      void reply.header('www-authenticate', 'Bearer');
      throw new Refusal(problem(401, 'Access denied'));
    }
    if (!reading.has(request.method) && !mayWrite[access.role]) {
      throw new Refusal(problem(403, 'Members may only read: ask an owner or admin of the account to change this'));
    }
    request.access = access;
  });
}

export function accessOf(request: FastifyRequest): Access {
  if (request.access === undefined) throw new Error('The route is not behind requireAccess');
  return request.access;
}
