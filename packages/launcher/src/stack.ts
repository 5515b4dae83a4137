import { mkdirSync } from 'node:fs';
import type { NatsUser } from '@trunkline/contracts/nats-access';
import type { Clock } from '@trunkline/runtime/clock';
import type { EnvSource } from '@trunkline/runtime/env';
import { formatHostPort } from '@trunkline/runtime/env-fields';
import type { Ids } from '@trunkline/runtime/ids';
import { rtpengineSessions } from '@trunkline/testkit/rtpengine-console';
import { Fault } from './fault.ts';
import { chooseAddresses, type PortChoice } from './stack/choose-addresses.ts';
import type { Addresses } from './stack/endpoints.ts';
import { type Layout, layoutOf } from './stack/layout.ts';
import { lockStack, stackHolder } from './stack/lock.ts';
import { parseMetrics } from './stack/metrics.ts';
import { natsServer, natsUrl } from './stack/nats-server.ts';
import { createDatabases, databases, databaseUrl, type PostgresParts, postgres } from './stack/postgres.ts';
import { createProcessGroup, type Death, type ProcessGroup } from './stack/process-group.ts';
import { rtpengine } from './stack/rtpengine.ts';
import { keepSecrets, readSecret, type SecretFiles } from './stack/secrets.ts';
import { type ServiceName, type ServiceParts, service, serviceNames } from './stack/services.ts';
import { type StackSettings, stackSettings } from './stack/settings.ts';

const metricsDeadline_ms = 5_000;

export const infrastructure = ['nats-server', 'postgresql', 'rtpengine'] as const;
export type ProcessName = (typeof infrastructure)[number] | ServiceName;

export interface StackOptions {
  /** The checked-out and built project. */
  readonly root: string;
  /** State that is kept between runs, with logs and secrets. */
  readonly dir: string;
  readonly ports: PortChoice;
  readonly env: EnvSource;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Services to start; all when absent. */
  readonly services?: readonly ServiceName[];
  /** Restart a service of ours that dies, with growing pauses, instead of reporting it at once. */
  readonly restart_services?: boolean;
  /** Aborted, the start is given up and everything stopped. */
  readonly signal?: AbortSignal;
  /** Hears what is going on, in whole sentences. */
  readonly note?: (sentence: string) => void;
}

/** A running system, and the means to look into it and to break it. */
export interface Stack {
  readonly dir: string;
  readonly logs: string;
  readonly addresses: Addresses;
  readonly media: { readonly outside: string; readonly inside: string };
  readonly urls: { readonly config: string; readonly status: string; readonly nats: string; readonly sip: string };
  /** What a service connects with; `urls.nats` is for people, who may do everything. All hold passwords. */
  natsUrl(user: NatsUser): string;
  /** Owner token of the account `default`, and the file that keeps it. */
  readonly token: string;
  readonly tokenFile: string;
  /** Keeps the password of NATS' user `operator`. */
  readonly natsPasswordFile: string;
  pid(name: ProcessName): number | undefined;
  /** Ends one process at once; it stays down until `restart`. */
  kill(name: ProcessName, signal?: NodeJS.Signals): Promise<void>;
  /** Stops it when it runs, starts it again and waits until it is ready. */
  restart(name: ProcessName): Promise<void>;
  /** Resolves when a process ended that nobody meant to end (and that is not being restarted). */
  readonly death: Promise<Death>;
  rtpengineSessions(): Promise<number>;
  /** The SIP server's metrics by series. */
  sipServerGauges(): Promise<Record<string, number>>;
  /** Stops everything in reverse order of starting. */
  stop(): Promise<void>;
}

/** What the steps of a start share. */
interface Start {
  readonly options: StackOptions;
  readonly settings: StackSettings;
  readonly layout: Layout;
  readonly group: ProcessGroup<ProcessName>;
  readonly addresses: Addresses;
  readonly secrets: SecretFiles;
  readonly database: PostgresParts;
}

/**
 * Starts NATS, PostgreSQL, rtpengine and the services, and waits until each is ready. Throws a Fault with one clear sentence
 * when something is missing, taken or dies; nothing is left running then.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { clock, ids, dir, note } = options;
  const settings = stackSettings(options.env);
  mkdirSync(dir, { recursive: true });
  const unlock = lockStack(dir);
  if (unlock === undefined) {
    throw new Fault(`Another Trunkline runs on ${dir} (process ${stackHolder(dir)}); stop it, or set TRUNKLINE_DIR.`);
  }
  const group = createProcessGroup<ProcessName>(clock, options.restart_services ? serviceNames : [], note);
  const stop = async (): Promise<void> => {
    await group.stop();
    unlock();
  };
  options.signal?.addEventListener('abort', () => void group.stop(), { once: true });
  try {
    const { addresses, notes } = await chooseAddresses(options.ports, options.env, Number.parseInt(ids.hex(3), 16));
    for (const sentence of notes) note?.(sentence);
    const layout = layoutOf(options.root, dir);
    const secrets = keepSecrets(layout.secrets, ids);
    const database = { layout, listen: addresses.postgres, passwordFile: secrets.databasePassword };
    const start: Start = { options, settings, layout, group, addresses, secrets, database };
    await startInfrastructure(start);
    await startServices(start);
    return handles(start, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startInfrastructure({ layout, group, addresses, settings, secrets, database }: Start): Promise<void> {
  const relay = {
    control: addresses.rtpengine,
    cli: addresses.rtpengineCli,
    http: addresses.rtpengineHttp,
    rtp_ports: settings.TRUNKLINE_RTP_PORTS,
    outside: settings.TRUNKLINE_MEDIA_OUTSIDE,
    inside: settings.TRUNKLINE_MEDIA_INSIDE,
  };
  await group.start([
    ['nats-server', natsServer(layout, addresses.nats, secrets)],
    ['postgresql', await postgres(database)],
    ['rtpengine', rtpengine(layout, relay)],
  ]);
  await createDatabases(database);
}

async function startServices({ options, layout, group, addresses, settings, secrets, database }: Start): Promise<void> {
  const listen = options.ports === 'usual' ? options.env['TRUNKLINE_SIP_LISTEN'] : undefined;
  const parts: ServiceParts = {
    layout,
    addresses,
    secrets,
    settings,
    databaseUrls: {
      config: databaseUrl(databases.config, database),
      status: databaseUrl(databases.status, database),
    },
    bootstrapToken: readSecret(secrets.bootstrapToken),
    env: options.env,
    ...(listen ? { sipListen: listen } : {}),
  };
  await group.start((options.services ?? serviceNames).map((name) => [name, service(name, parts)] as const));
}

function handles({ layout, group, addresses, settings, secrets }: Start, stop: () => Promise<void>): Stack {
  return {
    dir: layout.dir,
    logs: layout.logs,
    addresses,
    media: { outside: settings.TRUNKLINE_MEDIA_OUTSIDE, inside: settings.TRUNKLINE_MEDIA_INSIDE },
    urls: {
      config: `http://${formatHostPort(addresses.config)}`,
      status: `http://${formatHostPort(addresses.status)}`,
      nats: natsUrl('operator', secrets, addresses.nats),
      sip: `sip:${formatHostPort(addresses.sip)}`,
    },
    natsUrl: (user) => natsUrl(user, secrets, addresses.nats),
    token: readSecret(secrets.bootstrapToken),
    tokenFile: secrets.bootstrapToken,
    natsPasswordFile: secrets.natsPasswords.operator,
    pid: (name) => group.pid(name),
    kill: (name, signal) => group.kill(name, signal),
    restart: (name) => group.restart(name),
    death: group.death,
    rtpengineSessions: () => rtpengineSessions(addresses.rtpengineCli),
    async sipServerGauges() {
      const url = `http://${formatHostPort(addresses.sipServerHealth)}/metrics`;
      return parseMetrics(await (await fetch(url, { signal: AbortSignal.timeout(metricsDeadline_ms) })).text());
    },
    stop,
  };
}
