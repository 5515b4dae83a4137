import { accountIdSchema } from '@trunkline/contracts/ids';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Bus } from '@trunkline/runtime/bus';
import type { Clock } from '@trunkline/runtime/clock';
import type { HostPort } from '@trunkline/runtime/env-fields';
import { createHealth } from '@trunkline/runtime/health';
import type { Ids } from '@trunkline/runtime/ids';
import type { Logger } from '@trunkline/runtime/logger';
import type { Metrics } from '@trunkline/runtime/metrics';
import { secretHash } from '@trunkline/runtime/secret-hash';
import { createAuthenticator } from './access/authenticator.ts';
import { createServer, type HttpServer } from './api/server.ts';
import { createPublisher } from './publish/publisher.ts';
import { prepareStore } from './store/prepare-store.ts';
import type { Bootstrap, Store } from './store/store.ts';

export interface ConfigParts {
  readonly store: Store;
  readonly bus: Bus;
  readonly seal: (secret: string, context: string) => Sealed;
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
  const preparation = prepareStore({
    store,
    bootstrap: bootstrapOf(parts),
    clock,
    logger,
    prepared: () => publisher.start(),
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
    seal: parts.seal,
    committed: () => publisher.wake(),
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
      await publisher.stop();
    },
  };
}

async function databaseReason(store: Store): Promise<string | undefined> {
  return store.check().then(
    () => undefined,
    () => 'the database does not answer',
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
