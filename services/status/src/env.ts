import { heartbeatLifetime_ms } from '@trunkline/contracts/edge-heartbeat';
import {
  hostPortField,
  logLevelField,
  natsUrlField,
  postgresUrlField,
  secretField,
} from '@trunkline/runtime/env-fields';
import { z } from 'zod';

/** The SIP server keeps calls of a lost edge for 30 s (60*T1), and a heartbeat counts for 7 s. */
export const lostEdge_ms = 40_000;

const maxRetention_days = 3_650;

export const envSchema = z.object({
  TRUNKLINE_NATS_URL: natsUrlField,
  TRUNKLINE_LOG_LEVEL: logLevelField,
  TRUNKLINE_STATUS_LISTEN: hostPortField('127.0.0.1:8081').prefault('127.0.0.1:8081'),
  TRUNKLINE_STATUS_DATABASE_URL: postgresUrlField,
  TRUNKLINE_STATUS_RETENTION_DAYS: z.coerce
    .number('it is not a number')
    .int('it is not a whole number')
    .min(1, 'it is less than 1')
    .max(maxRetention_days, `it is more than ${maxRetention_days}`)
    .describe('the days for which call records are kept, such as 30')
    .default(30),
  TRUNKLINE_STATUS_LOST_EDGE_MS: z.coerce
    .number('it is not a number')
    .int('it is not a whole number')
    .min(heartbeatLifetime_ms, `it is less than the ${heartbeatLifetime_ms} of a heartbeat`)
    .max(86_400_000, 'it is more than a day')
    .describe('milliseconds after which the calls of an edge that is gone are taken as ended, such as 40000')
    .default(lostEdge_ms),
  TRUNKLINE_SIP_TRACES: z
    .string()
    .transform((text) => text.split(',').filter((place) => place !== ''))
    .pipe(z.array(hostPortField('127.0.0.1:9122')).max(64, 'it names more than 64'))
    .describe('health addresses of SIP servers with commas between them, such as 127.0.0.1:9122')
    .prefault(''),
  TRUNKLINE_SIP_TRACE_TOKEN: secretField().optional(),
});
