import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type NatsUser, natsUsers } from '@trunkline/contracts/nats-access';
import { formatHostPort, type HostPort } from '@trunkline/runtime/env-fields';
import type { Layout } from './layout.ts';
import { saysFirst } from './probe.ts';
import type { ProcessSpec } from './process.ts';
import { readSecret, type SecretFiles } from './secrets.ts';
import { toolPath } from './tool-path.ts';

/** What a user connects with. */
export function natsUrl(user: NatsUser, { natsPasswords }: SecretFiles, listen: HostPort): string {
  return `nats://${user}:${readSecret(natsPasswords[user])}@${formatHostPort(listen)}`;
}

/** nats-server with JetStream, its store below the stack's folder. */
export function natsServer({ root, dir, log }: Layout, listen: HostPort, { natsPasswords }: SecretFiles): ProcessSpec {
  const store = join(dir, 'nats');
  mkdirSync(store, { recursive: true, mode: 0o700 });
  const config = join(root, 'infra/nats/nats-server.conf');
  return {
    name: 'nats-server',
    command: toolPath('nats-server'),
    args: ['-c', config, '-a', listen.host, '-p', String(listen.port), '-sd', store],
    env: Object.fromEntries(
      natsUsers.map((user) => [`TRUNKLINE_NATS_${user.toUpperCase()}_PASSWORD`, readSecret(natsPasswords[user])]),
    ),
    folder: dir,
    log: log('nats-server'),
    stop_signal: 'SIGTERM',
    stop_deadline_ms: 10_000,
    ready: () => saysFirst(listen, 'INFO {'),
    ready_deadline_ms: 20_000,
  };
}
