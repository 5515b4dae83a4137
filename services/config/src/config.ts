import { accountIdSchema } from '@trunkline/contracts/ids';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Bus } from '@trunkline/runtime/bus';
import type { Clock } from '@trunkline/runtime/clock';
import type { HostPort } from '@trunkline/runtime/env-fields';
import { createHealth } from '@trunkline/runtime/health';
import type { Ids } from '@trunkline/runtime/ids';
import type { Logger } from '@trunkline/runtime/logger';
import type { Metrics } from '@trunkline/runtime/metrics';
import { type Sealer, sealContext } from '@trunkline/runtime/seal';
import { secretHash } from '@trunkline/runtime/secret-hash';
import { createAuthenticator } from './access/authenticator.ts';
import { createRateLimit } from './access/rate-limit.ts';
import { createServer, type HttpServer } from './api/server.ts';
import { stateAnswer } from './api/state-answer.ts';
import { createDialler } from './calls/dialler.ts';
import { followCalls } from './calls/follow-calls.ts';
import { createCleaner } from './clean/cleaner.ts';
import { createExpect } from './follow/await-applied.ts';
import { followEdges } from './follow/follow-edges.ts';
import { followPolicy } from './follow/follow-policy.ts';
import { followStates } from './follow/follow-states.ts';
import { createPublisher } from './publish/publisher.ts';
import { createRotation } from './rotation/rotation.ts';
import { StoreUnavailable } from './store/faults.ts';
import { prepareStore } from './store/prepare-store.ts';
import type { Bootstrap, Store } from './store/store.ts';

export interface ConfigParts {
  readonly store: Store;
  readonly bus: Bus;
  readonly sealer: Sealer;
  /** Requests that one token may make, in the long run and at once. */
  readonly rate_per_s: number;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Becomes an owner's token of the account "default", which operates this installation. */
  readonly bootstrap_token: string | undefined;
  readonly reconcile_interval_ms: number;
  /** A fault after which this process is of no use. */
  readonly failed: (error: unknown) => void;
}

export interface Config {
  /** Answers on the address. Resolves with the port that was bound. */
  listen(address: HostPort): Promise<number>;
  readonly server: HttpServer;
  stop(): Promise<void>;
}

/** The config service: the API, the store and its publication to NATS. */
export function createConfig(parts: ConfigParts): Config {
  const { store, bus, clock, ids, logger, metrics } = parts;
  const publisher = createPublisher(parts);
  const policy = followPolicy({ bus, ids, openSecret: (sealed, key) => openSealed(parts.sealer, sealed, key) });
  const edges = followEdges({ bus, clock });
  const states = followStates({ bus });
  const rotation = createRotation({ store, sealer: parts.sealer, clock, logger, committed: () => publisher.wake() });
  const dialler = createDialler({ store, bus, clock, ids, logger, heardUntil: () => calls.heardUntil() });
  const calls = followCalls({ bus, store, clock, ids, changed: () => dialler.wake() });
  const committed = (): void => {
    publisher.wake();
    dialler.wake();
  };
  const cleaner = createCleaner({ store, clock, logger, committed });
  const preparation = prepareStore({
    store,
    bootstrap: bootstrapOf(parts),
    clock,
    logger,
    prepared: () => {
      publisher.start();
      rotation.start();
      calls.start();
      dialler.start();
      cleaner.start();
    },
    failed: parts.failed,
  });
  const health = createHealth({
    checks: [
      { name: 'database', reason: async () => preparation.reason() ?? (await databaseReason(store)) },
      { name: 'publication', reason: () => publisher.reason() },
    ],
    metrics,
    clock,
  });
  metrics.gauge({
    name: 'trunkline_config_nats_connected',
    help: '1 while NATS is connected',
    collect: (set) => set(bus.connected ? 1 : 0),
  });
  const server = createServer({
    store,
    authenticator: createAuthenticator({ tokens: store, clock }),
    seal: parts.sealer.seal,
    open: parts.sealer.open,
    expect: createExpect({ policy, edges, clock }),
    stateOf: (trunk) => stateAnswer(states.of(trunk), clock.now()),
    toldOf: (trunk) => states.of(trunk),
    edges: () => edges.live(),
    policy: () => (policy.ready ? policy.policy : undefined),
    limits: {
      tokens: createRateLimit({ clock, per_s: parts.rate_per_s, burst: parts.rate_per_s * burst_s }),
      strangers: createRateLimit({ clock, per_s: strangers_per_s, burst: strangers_per_s * burst_s }),
    },
    committed,
    clock,
    ids,
    logger,
    health,
    metrics,
  });
  return {
    server,
    async listen(address) {
      await server.listen(address);
      const bound = server.server.address();
      return typeof bound === 'object' && bound !== null ? bound.port : address.port;
    },
    async stop() {
      preparation.stop();
      await server.close();
      await rotation.stop();
      await cleaner.stop();
      await dialler.stop();
      await calls.stop();
      await publisher.stop();
      await Promise.all([policy, edges, states].map((follower) => follower.stop()));
    },
  };
}

/** A pause of so many seconds may be made good at once. */
const burst_s = 2;
/** Requests without a valid token, from one address. */
const strangers_per_s = 20;

/** Policy names the owner by its KV key, `<account>.<id>`; the seal's context is made of the same two. */
function openSealed({ open }: Sealer, sealed: Sealed, key: string): string {
  const [account = '', owner = ''] = key.split('.');
  const secret = open(sealed, sealContext(account, owner));
  if (secret === undefined) throw new Error('a sealed secret cannot be opened');
  return secret;
}

async function databaseReason(store: Store): Promise<string | undefined> {
  return store.check().then(
    () => undefined,
    (error: unknown) => (error instanceof StoreUnavailable ? error.message : 'the database does not answer'),
  );
}

function bootstrapOf({ bootstrap_token, ids, clock }: ConfigParts): Bootstrap | undefined {
  if (bootstrap_token === undefined) return undefined;
  return {
    account: { id: accountIdSchema.parse(ids.ulid()), name: 'default' },
    token: {
      id: ids.ulid(),
      hash: secretHash(bootstrap_token),
      role: 'owner',
      name: 'bootstrap',
      expires_at: null,
      created_at: clock.now(),
    },
  };
}
