import { hostPortField, listenField, logLevelField, secretField } from '@trunkline/runtime/env-fields';
import { z } from 'zod';
import { DEFAULT_TIMERS } from './transaction/timer-durations.ts';

const timerField = (normal_ms: number, name: string) =>
  z.coerce
    .number({ error: 'it is not a number' })
    .int('it is not a whole number')
    .min(1, 'it is too short')
    .max(60_000, 'it is too long')
    .describe(`${name} of RFC 3261 in milliseconds, ${normal_ms} where nothing asks for another`)
    .default(normal_ms);

/** The environment of this process; README.md says what each is for. */
export const envSchema = z.object({
  TRUNKLINE_SIP_LISTEN: listenField.prefault('udp/127.0.0.1:5060,tcp/127.0.0.1:5060'),
  TRUNKLINE_SIP_CONTROL: hostPortField('127.0.0.1:9022').prefault('127.0.0.1:9022'),
  TRUNKLINE_SIP_SECRET: secretField(),
  TRUNKLINE_SIP_SERVER_HEALTH: hostPortField('127.0.0.1:9122').prefault('127.0.0.1:9122'),
  TRUNKLINE_SIP_T1_MS: timerField(DEFAULT_TIMERS.t1_ms, 'T1'),
  TRUNKLINE_SIP_T2_MS: timerField(DEFAULT_TIMERS.t2_ms, 'T2'),
  TRUNKLINE_SIP_T4_MS: timerField(DEFAULT_TIMERS.t4_ms, 'T4'),
  TRUNKLINE_LOG_LEVEL: logLevelField,
});
