import { hostPortField, logLevelField, natsUrlField, postgresUrlField } from '@trunkline/runtime/env-fields';
import { z } from 'zod';

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
});
