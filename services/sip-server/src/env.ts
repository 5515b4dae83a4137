import { isIP } from 'node:net';
import { hostPortField, listenField, logLevelField, secretField } from '@trunkline/runtime/env-fields';
import { z } from 'zod';
import { SCANNERS } from './overload/scanners.ts';
import { DEFAULT_SOURCE_RATE_PER_S } from './overload/source-limits.ts';
import { dnsServersField } from './resolve/dns-servers-field.ts';
import { DEFAULT_TIMERS } from './transaction/timer-durations.ts';
import { tlsDestinationsField } from './transport/tls-destinations-field.ts';
import type { TlsSettings } from './transport/tls-settings.ts';
import { UDP_LIMIT_BYTES } from './transport/transport-layer.ts';

const timerField = (normal_ms: number, name: string) =>
  z.coerce
    .number({ error: 'it is not a number' })
    .int('it is not a whole number')
    .min(1, 'it is too short')
    .max(60_000, 'it is too long')
    .describe(`${name} of RFC 3261 in milliseconds, ${normal_ms} where nothing asks for another`)
    .default(normal_ms);

/** Some ten thousand messages. */
const TRACE_MB = 16;

const fileField = (what: string) => z.string().min(1).describe(`the path of a PEM file: ${what}`).optional();

/** The environment of this process; README.md says what each is for. */
const fields = z.object({
  TRUNKLINE_SIP_LISTEN: listenField.prefault('udp/127.0.0.1:5060,tcp/127.0.0.1:5060'),
  TRUNKLINE_SIP_CONTROL: hostPortField('127.0.0.1:9022').prefault('127.0.0.1:9022'),
  TRUNKLINE_SIP_SECRET: secretField(),
  TRUNKLINE_SIP_SERVER_HEALTH: hostPortField('127.0.0.1:9122').prefault('127.0.0.1:9122'),
  TRUNKLINE_SIP_T1_MS: timerField(DEFAULT_TIMERS.t1_ms, 'T1'),
  TRUNKLINE_SIP_T2_MS: timerField(DEFAULT_TIMERS.t2_ms, 'T2'),
  TRUNKLINE_SIP_T4_MS: timerField(DEFAULT_TIMERS.t4_ms, 'T4'),
  TRUNKLINE_SIP_TLS_CERTIFICATE: fileField('our certificate, with those between it and its authority'),
  TRUNKLINE_SIP_TLS_KEY: fileField('the key of our certificate'),
  TRUNKLINE_SIP_TLS_CA: fileField('further authorities for the certificates of others'),
  TRUNKLINE_SIP_TLS_CLIENT_CA: fileField('the authorities of those who may connect to us'),
  TRUNKLINE_SIP_TLS_DESTINATIONS: tlsDestinationsField,
  TRUNKLINE_DNS_SERVERS: dnsServersField,
  TRUNKLINE_SIP_UDP_LIMIT_BYTES: z.coerce
    .number({ error: 'it is not a number' })
    .int('it is not a whole number')
    .min(500, 'it is too small')
    .max(65_535, 'it is too large')
    .describe('bytes of a request beyond which TCP is tried before UDP, such as 1300 (RFC 3261 §18.1.1)')
    .default(UDP_LIMIT_BYTES),
  TRUNKLINE_SIP_SOURCE_RATE: z.coerce
    .number({ error: 'it is not a number' })
    .int('it is not a whole number')
    .min(10, 'it is too few')
    .max(1_000_000, 'it is too many')
    .describe('messages that one source address may send in a second')
    .default(DEFAULT_SOURCE_RATE_PER_S),
  TRUNKLINE_SIP_SCANNERS: z
    .string()
    .transform((text) =>
      text
        .toLowerCase()
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .describe('beginnings of User-Agent values that are not answered, separated by commas')
    .default([...SCANNERS]),
  TRUNKLINE_SIP_TRACE_MB: z.coerce
    .number({ error: 'it is not a number' })
    .min(0, 'it is less than nothing')
    .max(16_384, 'it is too much')
    .describe('megabytes of memory for the newest messages of calls, 0 for none')
    .default(TRACE_MB),
  TRUNKLINE_SIP_TRACE_TOKEN: secretField().optional(),
  TRUNKLINE_SIP_HEP: hostPortField('127.0.0.1:9060')
    .refine(({ host }) => isIP(host) !== 0, 'it is not an address and a port')
    .optional(),
  TRUNKLINE_SIP_HEP_ID: z.coerce
    .number({ error: 'it is not a number' })
    .int('it is not a whole number')
    .min(0, 'it is less than 0')
    .max(4_294_967_295, 'it is more than 32 bits')
    .describe('what tells the HEP collector who captured')
    .default(2_001),
  TRUNKLINE_SIP_HEP_PASSWORD: secretField(1).optional(),
  TRUNKLINE_LOG_LEVEL: logLevelField,
});

/** With what has to be there together. */
export const envSchema = fields.superRefine((env, context) => {
  const listeners = env.TRUNKLINE_SIP_LISTEN.filter(({ transport }) => transport === 'tls');
  const need = (variable: keyof typeof env, why: string): void => {
    if (env[variable] === undefined) context.addIssue({ code: 'custom', path: [variable], message: why });
  };
  if (listeners.length === 0) return;
  need('TRUNKLINE_SIP_TLS_CERTIFICATE', 'a TLS listener needs it');
  need('TRUNKLINE_SIP_TLS_KEY', 'a TLS listener needs it');
  if (listeners.some(({ client_certificates = 'none' }) => client_certificates !== 'none')) {
    need('TRUNKLINE_SIP_TLS_CLIENT_CA', 'a listener asks clients for certificates');
  }
});

/** `undefined` where there is no TLS listener: then nothing is sent over TLS either. */
export function tlsSettings(env: z.infer<typeof envSchema>): TlsSettings | undefined {
  const { TRUNKLINE_SIP_TLS_CERTIFICATE: certificate_file, TRUNKLINE_SIP_TLS_KEY: key_file } = env;
  const isUsed = env.TRUNKLINE_SIP_LISTEN.some(({ transport }) => transport === 'tls');
  if (!isUsed || certificate_file === undefined || key_file === undefined) return undefined;
  return {
    certificate_file,
    key_file,
    ca_file: env.TRUNKLINE_SIP_TLS_CA,
    client_ca_file: env.TRUNKLINE_SIP_TLS_CLIENT_CA,
    destinations: env.TRUNKLINE_SIP_TLS_DESTINATIONS,
  };
}
