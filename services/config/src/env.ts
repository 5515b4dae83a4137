import {
  hostPortField,
  logLevelField,
  masterKeyField,
  natsUrlField,
  otherMasterKeysField,
  postgresUrlField,
} from '@trunkline/runtime/env-fields';
import { z } from 'zod';

const bootstrapToken = z
  .string()
  .min(16, 'it is too short')
  .regex(/^[A-Za-z0-9._~+/-]+=*$/, 'it is not a bearer token (RFC 6750)')
  .describe('a bearer token of at least 16 letters, digits or . _ ~ + / -');

export const envSchema = z.object({
  TRUNKLINE_CONFIG_LISTEN: hostPortField('127.0.0.1:8080').prefault('127.0.0.1:8080'),
  DATABASE_URL: postgresUrlField,
  TRUNKLINE_NATS_URL: natsUrlField,
  TRUNKLINE_MASTER_KEY: masterKeyField,
  TRUNKLINE_OTHER_MASTER_KEYS: otherMasterKeysField,
  TRUNKLINE_BOOTSTRAP_TOKEN: bootstrapToken.optional(),
  /** Between two full comparisons of the database with NATS. */
  TRUNKLINE_RECONCILE_INTERVAL_S: z.coerce
    .number('it is not a number')
    .int('it is not a whole number')
    .min(1, 'it is too small')
    .max(86_400, 'it is too large')
    .describe('a number of seconds from 1 to 86400')
    .default(60),
  /** Of one token. */
  TRUNKLINE_REQUESTS_PER_S: z.coerce
    .number('it is not a number')
    .int('it is not a whole number')
    .min(1, 'it is too small')
    .max(100_000, 'it is too large')
    .describe('a number of requests from 1 to 100000')
    .default(200),
  TRUNKLINE_LOG_LEVEL: logLevelField,
});
