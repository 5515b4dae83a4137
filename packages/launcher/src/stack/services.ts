import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvSource } from '@trunkline/runtime/env';
import { formatHostPort } from '@trunkline/runtime/env-fields';
import type { Addresses } from './endpoints.ts';
import type { Layout } from './layout.ts';
import { natsUrl } from './nats-server.ts';
import { answersOk } from './probe.ts';
import type { ProcessSpec } from './process.ts';
import type { SecretFiles } from './secrets.ts';
import type { StackSettings } from './settings.ts';

export interface ServiceParts {
  readonly layout: Layout;
  readonly addresses: Addresses;
  readonly secrets: SecretFiles;
  readonly settings: StackSettings;
  readonly databaseUrls: { readonly config: string; readonly status: string };
  readonly bootstrapToken: string;
  /** TRUNKLINE_SIP_LISTEN as a person wrote it. */
  readonly sipListen?: string;
  /** What a person set: the services take from it what the stack does not decide, such as TRUNKLINE_RING_MS. */
  readonly env: EnvSource;
}

export const serviceNames = ['sip-server', 'config', 'status', 'edge'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What each service is told, by its own documented variables. */
export function serviceEnvironment(name: ServiceName, parts: ServiceParts): Record<string, string> {
  const { addresses, secrets, settings, layout } = parts;
  const common = {
    TRUNKLINE_MASTER_KEY_FILE: secrets.masterKey,
    TRUNKLINE_LOG_LEVEL: settings.TRUNKLINE_LOG_LEVEL,
  };
  const sip = formatHostPort(addresses.sip);
  const own: Record<ServiceName, Record<string, string>> = {
    'sip-server': {
      TRUNKLINE_SIP_LISTEN: parts.sipListen ?? `udp/${sip},tcp/${sip},tls/${formatHostPort(addresses.sipTls)}`,
      TRUNKLINE_SIP_TLS_CERTIFICATE: parts.env['TRUNKLINE_SIP_TLS_CERTIFICATE'] ?? secrets.sipCertificate,
      TRUNKLINE_SIP_TLS_KEY: parts.env['TRUNKLINE_SIP_TLS_KEY'] ?? secrets.sipKey,
      TRUNKLINE_SIP_CONTROL: formatHostPort(addresses.sipControl),
      TRUNKLINE_SIP_SECRET_FILE: secrets.sipSecret,
      TRUNKLINE_SIP_SERVER_HEALTH: formatHostPort(addresses.sipServerHealth),
      TRUNKLINE_SIP_TRACE_TOKEN_FILE: secrets.sipTraceToken,
    },
    config: {
      TRUNKLINE_NATS_URL: natsUrl('config', secrets, addresses.nats),
      TRUNKLINE_CONFIG_LISTEN: formatHostPort(addresses.config),
      DATABASE_URL: parts.databaseUrls.config,
      TRUNKLINE_BOOTSTRAP_TOKEN: parts.bootstrapToken,
    },
    status: {
      TRUNKLINE_NATS_URL: natsUrl('status', secrets, addresses.nats),
      TRUNKLINE_STATUS_LISTEN: formatHostPort(addresses.status),
      TRUNKLINE_STATUS_DATABASE_URL: parts.databaseUrls.status,
      TRUNKLINE_SIP_TRACES: formatHostPort(addresses.sipServerHealth),
      TRUNKLINE_SIP_TRACE_TOKEN_FILE: secrets.sipTraceToken,
    },
    edge: {
      TRUNKLINE_NATS_URL: natsUrl('edge', secrets, addresses.nats),
      TRUNKLINE_SIP_SERVER: formatHostPort(addresses.sipControl),
      TRUNKLINE_SIP_SECRET_FILE: secrets.sipSecret,
      TRUNKLINE_RTPENGINE: [formatHostPort(addresses.rtpengine), settings.TRUNKLINE_MORE_RTPENGINES]
        .filter((node) => node)
        .join(','),
      TRUNKLINE_EDGE_ID: settings.TRUNKLINE_EDGE_ID,
      TRUNKLINE_EDGE_HEALTH: formatHostPort(addresses.edgeHealth),
      TRUNKLINE_STATE_DIR: join(layout.dir, 'edge'),
    },
  };
  return { ...common, ...own[name] };
}

const healthOf = { 'sip-server': 'sipServerHealth', config: 'config', status: 'status', edge: 'edgeHealth' } as const;

/** Taken over from our own environment. */
const inherited = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS'] as const;

/** Variables of Trunkline that a person set and on which the stack has no word of its own. */
function tuning(env: EnvSource, decided: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(env).flatMap(([variable, value]) => {
    const free = !(variable in decided) && !(`${variable}_FILE` in decided);
    return variable.startsWith('TRUNKLINE_') && free && value !== undefined
      ? [[variable, value] as [string, string]]
      : [];
  });
}

export function service(name: ServiceName, parts: ServiceParts): ProcessSpec {
  const { layout, addresses } = parts;
  const decided = serviceEnvironment(name, parts);
  mkdirSync(join(layout.dir, 'edge'), { recursive: true, mode: 0o700 });
  const passed = inherited.flatMap((variable) => {
    const value = process.env[variable];
    return value === undefined ? [] : [[variable, value] as const];
  });
  return {
    name,
    command: process.execPath,
    args: ['--enable-source-maps', join(layout.root, 'services', name, 'dist/main.js')],
    env: {
      ...Object.fromEntries([...passed, ...tuning(parts.env, decided)]),
      NODE_ENV: 'production',
      ...decided,
    },
    folder: layout.dir,
    log: layout.log(name),
    stop_signal: 'SIGTERM',
    stop_deadline_ms: 15_000,
    ready: () => answersOk(`http://${formatHostPort(addresses[healthOf[name]])}/ready`),
    ready_deadline_ms: 45_000,
  };
}
