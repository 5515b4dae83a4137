import type { Sealed } from '@trunkline/contracts/sealed';
import type { Clock } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import type { Logger } from '@trunkline/runtime/logger';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Authenticator } from '../access/authenticator.ts';
import type { Store } from '../store/store.ts';

/** What the routes need. */
export interface ApiParts {
  readonly store: Store;
  readonly authenticator: Authenticator;
  /** Seals a secret to its owner: opening it under another context fails. */
  readonly seal: (secret: string, context: string) => Sealed;
  /** To be called after a commit: publication follows at once. */
  readonly committed: () => void;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
}

/** Routes that are registered together. */
export type Routes = FastifyPluginAsyncZod<ApiParts>;
/** Where a route is added. */
export type Scope = Parameters<Routes>[0];
