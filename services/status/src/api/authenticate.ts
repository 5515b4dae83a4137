import { type Access, bearerToken } from '@trunkline/contracts/access';
import type { Clock } from '@trunkline/runtime/clock';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TokensView } from '../view/tokens-view.ts';
import { sendError } from './errors.ts';

/** What the request's token allows; set on every route behind {@link authenticate}. */
export function accessOf(request: FastifyRequest): Access {
  return request.getDecorator<Access>('access');
}

/** The token itself, for a stream that must end when the token does. */
export function tokenOf(request: FastifyRequest): string {
  return bearerToken(request.headers.authorization) ?? '';
}

/** 401 for every route of `app` unless the bearer token (RFC 6750) is known; 503 while no tokens are known at all. */
export function authenticate(
  app: FastifyInstance,
  parts: { readonly tokens: TokensView; readonly clock: Clock; readonly tokensKnown: () => boolean },
): void {
  app.decorateRequest('access');
  app.addHook('onRequest', async (request, reply) => {
    if (!parts.tokensKnown()) return sendError(reply, 503, 'The tokens are not loaded yet');
    const token = bearerToken(request.headers.authorization);
    const access = token === undefined ? undefined : parts.tokens.accessOf(token, parts.clock.now());
    if (access === undefined) return sendError(reply.header('www-authenticate', 'Bearer'), 401, 'Access denied');
    request.setDecorator('access', access);
  });
}
