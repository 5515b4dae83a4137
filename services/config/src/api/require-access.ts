import type { Role } from '@trunkline/contracts/access';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator } from '../access/authenticator.ts';
import type { RateLimit } from '../access/rate-limit.ts';
import type { KnownToken } from '../store/store.ts';
import { type Problem, problem, Refusal } from './refusal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every route behind {@link requireAccess}. */
    access: KnownToken | undefined;
  }
}

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const mayWrite: Readonly<Record<Role, boolean>> = { owner: true, admin: true, member: false };

/** Demands a bearer token (RFC 6750) of every route of a scope, and the right to change things of those that do. */
export function requireAccess(
  scope: FastifyInstance,
  { authenticator, limits }: { readonly authenticator: Authenticator; readonly limits: AccessLimits },
): void {
  scope.decorateRequest('access', undefined);
  scope.addHook('onRequest', async (request, reply) => {
    const access = await authenticator.authenticate(request.headers.authorization);
    const wait_s = access === undefined ? limits.strangers.take(request.ip) : limits.tokens.take(access.token.id);
    if (wait_s !== undefined) throw new Refusal(tooMany(wait_s));
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

/** How many requests are taken: of each token, and of each address that has none. */
export interface AccessLimits {
  readonly tokens: RateLimit;
  readonly strangers: RateLimit;
}

function tooMany(retry_after_s: number): Problem {
  return { ...problem(429, 'Too many requests: wait as long as Retry-After says'), retry_after_s };
}

export function accessOf(request: FastifyRequest): KnownToken {
  if (request.access === undefined) throw new Error('The route is not behind requireAccess');
  return request.access;
}
