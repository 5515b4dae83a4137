import { z } from 'zod';
import { accountIdSchema, edgeIdSchema, gatewayIdSchema, trunkIdSchema } from '../ids.ts';
import { instantSchema } from '../time.ts';

/** Why a registration is not there. `rejected`: the registrar's answer will not change by itself soon. */
export const registrationFailures = [
  'credentials-refused',
  'rejected',
  'interval-refused',
  'redirected-too-often',
  'registrar-failed',
  'no-answer',
  'unreachable',
  'secret-unreadable',
] as const;
export const registrationFailureSchema = z.enum(registrationFailures);
export type RegistrationFailure = z.infer<typeof registrationFailureSchema>;

/** Why a trunk that was registered is so no more, by our own will. */
export const unregisteredReasonSchema = z.enum(['removed', 'switched-off', 'changed', 'shutdown', 'moved']);
export type UnregisteredReason = z.infer<typeof unregisteredReasonSchema>;

const lastSuccess = { last_success_at: instantSchema.nullable() };

export const registeredSchema = z.strictObject({
  state: z.literal('registered'),
  /** `host:port` of the registrar that accepted. */
  registrar: z.string(),
  /** As granted by the registrar. */
  expires_at: instantSchema,
  last_success_at: instantSchema,
  /** RFC 3608: the route that the registrar wants our requests to take; empty when it named none. */
  service_route: z.array(z.string()).max(8),
});
export const failedSchema = z.strictObject({
  state: z.literal('failed'),
  cause: registrationFailureSchema,
  /** Of the last final response; null when there was none. */
  status: z.number().int().nullable(),
  /** For people: what the registrar said, or what did not happen. */
  reason: z.string().max(300),
  /** Failed rounds since the last success. */
  failures: z.number().int().positive(),
  retry_at: instantSchema,
  ...lastSuccess,
});
export const unregisteredSchema = z.strictObject({
  state: z.literal('unregistered'),
  reason: unregisteredReasonSchema,
  ...lastSuccess,
});

/** Whether we are registered for a trunk with its carrier, and why not. */
export const registrationStateSchema = z.discriminatedUnion('state', [
  registeredSchema,
  failedSchema,
  unregisteredSchema,
]);
export type RegistrationState = z.infer<typeof registrationStateSchema>;

/** What the probes and calls of late tell of one gateway. */
export const gatewayStateSchema = z.strictObject({
  gateway: gatewayIdSchema,
  /** `host:port` */
  name: z.string(),
  reachable: z.boolean(),
  since: instantSchema,
  /** Of the answer that decided; null when there was none. */
  status: z.number().int().nullable(),
  /** For people. */
  reason: z.string().max(300),
});
export type GatewayState = z.infer<typeof gatewayStateSchema>;

/**
 * KV bucket `registrations`, one entry per trunk, written by the edge that owns it: who registers and probes, and with what
 * success. The entry stays when its edge dies; readers take the owner's heartbeat into account.
 */
export const trunkStateSchema = z.strictObject({
  trunk: trunkIdSchema,
  account: accountIdSchema,
  /** Null once its owner has let go of it. */
  edge: edgeIdSchema.nullable(),
  at: instantSchema,
  /** Null on trunks that we do not register, and before the first answer. */
  registration: registrationStateSchema.nullable(),
  /** Those that are probed and were heard of. */
  gateways: z.array(gatewayStateSchema).max(64),
});
export type TrunkState = z.infer<typeof trunkStateSchema>;

/** As dialects of the API and people are told it. */
export type RegistrationStatus = 'registered' | 'unregistered' | 'failed' | 'unknown';

/** What was last told, as long as it can still be true: an owner that died renews nothing, so its registration runs out. */
export function registrationStatus(registration: RegistrationState | null, now: number): RegistrationStatus {
  if (registration === null) return 'unknown';
  return registration.state === 'registered' && registration.expires_at <= now ? 'unknown' : registration.state;
}
