import { isIP, isIPv6 } from 'node:net';
import { z } from 'zod';
import { logLevels } from './logger.ts';

/** A socket address as written in the environment: host name, IPv4, or IPv6 (in brackets there, without them here). */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Whether a TLS listener asks clients for certificates, and lets in those that have none. */
export const clientCertificates = ['none', 'optional', 'required'] as const;
export type ClientCertificates = (typeof clientCertificates)[number];

export interface ListenAddress extends HostPort {
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Of a TLS listener; `none` when absent. */
  readonly client_certificates?: ClientCertificates;
  /** What others reach it by, where that is not the address it has (a public address in front of NAT). */
  readonly external?: HostPort;
  /** Requests to far ends that know us by our address leave from here, and no others while there is another listener. */
  readonly fixed?: boolean;
}

/** Undefined when the text is not `host:port`. Port 0 asks the system for a free one. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535 || (match?.[1] !== undefined && !isIPv6(host))) return undefined;
  return { host, port };
}

/** `127.0.0.1:9022`, `[::1]:9022` */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `udp/10.0.0.5:5060;external=203.0.113.5:5060`, `tls/10.0.0.5:5061;client-certificates=optional`. */
function parseListen(text: string): ListenAddress | undefined {
  const [place = '', ...settings] = text.trim().split(';');
  const match = /^(udp|tcp|tls)\/(.+)$/.exec(place);
  const address = parseHostPort(match?.[2] ?? '');
  if (match === null || address === undefined) return undefined;
  let listen: ListenAddress = { transport: match[1] as ListenAddress['transport'], ...address };
  for (const setting of settings) {
    const changed = listenSetting(listen, setting);
    if (changed === undefined) return undefined;
    listen = changed;
  }
  return listen;
}

function listenSetting(listen: ListenAddress, setting: string): ListenAddress | undefined {
  if (setting === 'fixed') return { ...listen, fixed: true };
  const equals = setting.indexOf('=');
  const [name, value] = [setting.slice(0, equals), setting.slice(equals + 1)];
  if (name === 'external') {
    const external = isIP(value) === 0 ? parseHostPort(value) : { host: value, port: listen.port };
    return external === undefined || isIP(external.host) === 0 ? undefined : { ...listen, external };
  }
  const client_certificates = clientCertificates.find((one) => one === value);
  if (name !== 'client-certificates' || listen.transport !== 'tls') return undefined;
  return client_certificates === undefined ? undefined : { ...listen, client_certificates };
}

/** `host:port`; `example` is shown in the remedy. */
export const hostPortField = (example: string) =>
  z
    .string()
    .transform((text, context): HostPort => {
      const address = parseHostPort(text);
      if (address !== undefined) return address;
      context.addIssue({ code: 'custom', message: 'it is not host:port' });
      return z.NEVER;
    })
    .describe(`host:port, such as ${example}`);

const maxListenAddresses = 32;

/** Where to take SIP: a list of `transport/address:port`, for TLS with `;client-certificates=optional` or `required`. */
export const listenField = z
  .string()
  .transform((text, context): readonly ListenAddress[] => {
    const addresses = text.split(',').map(parseListen);
    const valid = addresses.filter((address) => address !== undefined);
    if (valid.length === addresses.length && valid.length <= maxListenAddresses) return valid;
    context.addIssue({ code: 'custom', message: 'it is not a list of transport/address:port' });
    return z.NEVER;
  })
  .describe('a list such as udp/127.0.0.1:5060,tcp/127.0.0.1:5060');

/** A shared secret of at least `min_length` characters. */
export const secretField = (min_length = 8) =>
  z
    .string()
    .min(min_length, 'it is too short')
    .describe(`a secret of at least ${min_length} characters, or name a file that holds it with the suffix _FILE`);

/** The key under which SIP passwords are sealed: 32 bytes. */
export const masterKeyField = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'it is not 64 hexadecimal digits')
  .transform((text): Uint8Array => new Uint8Array(Buffer.from(text, 'hex')))
  .describe('64 hexadecimal digits (openssl rand -hex 32 makes them), or name a file with TRUNKLINE_MASTER_KEY_FILE');

const maxMasterKeys = 8;

/** Keys that still open what was sealed under them, while a new one takes over. */
export const otherMasterKeysField = z
  .string()
  .regex(/^[0-9a-fA-F]{64}(,[0-9a-fA-F]{64})*$/, 'it is not a list of keys of 64 hexadecimal digits each')
  .transform((text): readonly Uint8Array[] => text.split(',').map((key) => new Uint8Array(Buffer.from(key, 'hex'))))
  .refine((keys) => keys.length <= maxMasterKeys, `it names more than ${maxMasterKeys} keys`)
  .describe('a list of keys of 64 hexadecimal digits with commas between them, or name a file that holds it')
  .default([]);

export const natsUrlField = z
  .string()
  .regex(/^(nats|tls):\/\/\S+$/, 'it is not a NATS address')
  .describe('the address of NATS, such as nats://user:password@127.0.0.1:4222')
  .default('nats://127.0.0.1:4222');

export const postgresUrlField = z
  .string()
  .regex(/^postgres(ql)?:\/\/\S+$/, 'it is not a PostgreSQL address')
  .describe('the address of the database, such as postgresql://user@127.0.0.1:5432/trunkline');

export const directoryField = z.string().min(1).describe('a directory that this process may write to');

export const logLevelField = z
  .enum(logLevels, { error: 'it is not a log level' })
  .describe(`one of ${logLevels.join(', ')}`)
  .default('info');
