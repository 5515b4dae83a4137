import type { EdgeHeartbeat } from '@trunkline/contracts/edge-heartbeat';
import type { TrunkState } from '@trunkline/contracts/events/trunk-state';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Trunk } from '@trunkline/contracts/trunk';
import type { Policy } from '@trunkline/policy/policy';
import type { Clock } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import type { Logger } from '@trunkline/runtime/logger';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Authenticator } from '../access/authenticator.ts';
import type { Expect } from '../follow/await-applied.ts';
import type { Store } from '../store/store.ts';
import type { StateAnswer } from './state-answer.ts';

/** What the routes need. */
export interface ApiParts {
  readonly store: Store;
  readonly authenticator: Authenticator;
  /** Seals a secret to its owner: opening it under another context fails. */
  readonly seal: (secret: string, context: string) => Sealed;
  /** Undefined when it cannot be opened. */
  readonly open: (sealed: Sealed, context: string) => string | undefined;
  /** To be begun before a change, to learn when the edges have it. */
  readonly expect: Expect;
  /** What the edges tell of a trunk. */
  readonly stateOf: (trunk: Pick<Trunk, 'account' | 'id'>) => StateAnswer;
  /** The same in the edge's own words; undefined while none was told. */
  readonly toldOf: (trunk: Pick<Trunk, 'account' | 'id'>) => TrunkState | undefined;
  /** Those that are there. */
  readonly edges: () => readonly EdgeHeartbeat[];
  /** What the edges decide by; undefined while it is not read yet. */
  readonly policy: () => Policy | undefined;
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
