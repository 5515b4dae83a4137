import { z } from 'zod';
import { hostField, requiredTextField, sayMissing, usernameField, wholeField } from '../fields.ts';

export const trunkTypes = ['inbound', 'outbound', 'peer2peer'] as const;
export const statuses = ['active', 'inactive', 'maintenance'] as const;

const password = z
  .string({ error: 'must be text' })
  .max(256, 'must not be longer than 256 characters')
  .refine((text) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text), 'must not hold control characters')
  .meta({ format: 'password', writeOnly: true });

const fields = {
  name: requiredTextField(255, 'name is required').min(2, 'must be at least 2 characters long'),
  /** Null only for an inbound trunk: its carrier comes to us. */
  host: hostField.nullable(),
  port: wholeField(1, 65_535),
  username: usernameField(1, 128).nullable(),
  /** Blank or absent in a change: the present one stays. */
  password: password.nullable(),
  transport: z.enum(['udp', 'tcp', 'tls'], { error: "must be 'udp', 'tcp' or 'tls'" }),
  trunk_type: z.enum(trunkTypes, {
    error: sayMissing('trunk_type is required', "must be 'inbound', 'outbound' or 'peer2peer'"),
  }),
  retry_interval: wholeField(1, 86_400),
  expiration: wholeField(60, 86_400),
  contact_user: usernameField(1, 128).nullable(),
  max_channels: wholeField(1, 1_000).nullable(),
  status: z.enum(statuses, { error: "must be 'active', 'inactive' or 'maintenance'" }),
};

const notAnObject = { error: 'must be a JSON object' };
const { name, trunk_type, ...optional } = fields;

/** `POST /api/v1/trunks`. Keys that are not known are left aside. */
export const createTrunkSchema = z.object({ name, trunk_type, ...z.object(optional).partial().shape }, notAnObject);
/** `PUT /api/v1/trunks/{id}`: what is absent stays. */
export const putTrunkSchema = z.object(fields, notAnObject).partial();

/** A trunk as the dialect says it, without what only the server knows and without the password. */
export type TrunkSettings = Omit<z.infer<z.ZodObject<typeof fields>>, 'password'>;

export const defaultSettings = {
  host: null,
  port: 5060,
  username: null,
  transport: 'udp',
  retry_interval: 60,
  expiration: 3_600,
  contact_user: null,
  max_channels: 10,
  status: 'active',
} as const satisfies Partial<TrunkSettings>;
