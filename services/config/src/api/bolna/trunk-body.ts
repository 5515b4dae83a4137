import { z } from 'zod';
import {
  flagField,
  hostField,
  listField,
  notesField,
  passwordField,
  requiredTextField,
  sayMissing,
  textField,
  usernameField,
  wholeField,
} from '../fields.ts';
import { numberBodySchema } from './number-body.ts';

const authTypeMessage = "auth_type must be 'userpass' or 'ip-based'";
/** Numbers that one request may bring. */
const mostNumbersAtOnce = 1_000;

const gatewaySchema = z.object(
  {
    gateway_address: hostField.meta({ example: 'sip.zadarma.com' }),
    port: wholeField(1, 65_535).default(5060),
    priority: wholeField(0, 65_535).default(1),
  },
  { error: 'must be an object with gateway_address' },
);

export const ipIdentifierSchema = z.object(
  { ip_address: textField(64).meta({ example: '15.207.90.192/31' }) },
  { error: 'must be an object with ip_address' },
);

const codecList = z
  .string({ error: 'must be text: codec names with commas between them' })
  .max(255, 'must not be longer than 255 characters')
  .regex(/^[A-Za-z0-9_.,:/ -]*$/, 'must be codec names with commas between them, such as ulaw,alaw');

/** Every field that create and update share, without defaults. */
const fields = {
  name: requiredTextField(255, 'Trunk name is required'),
  provider: requiredTextField(255, 'Provider is required'),
  description: notesField(2_000).nullable(),
  auth_type: z.enum(['userpass', 'ip-based'], { error: authTypeMessage }),
  auth_username: usernameField(1, 128).nullable(),
  auth_password: passwordField(1).nullable(),
  gateways: z
    .array(gatewaySchema, { error: sayMissing('At least one gateway is required', 'must be a list') })
    .min(1, 'At least one gateway is required')
    .max(64, 'must not hold more than 64 entries'),
  ip_identifiers: listField(ipIdentifierSchema, 256),
  allow: codecList,
  disallow: codecList,
  transport: z.enum(['transport-udp', 'transport-tcp', 'transport-tls'], {
    error: "must be 'transport-udp', 'transport-tcp' or 'transport-tls'",
  }),
  direct_media: flagField,
  rtp_symmetric: flagField,
  force_rport: flagField,
  ice_support: flagField,
  media_encryption: z.enum(['no', 'sdes'], { error: "must be 'no' or 'sdes'" }),
  media_encryption_optimistic: flagField,
  qualify_frequency: wholeField(0, 86_400),
  inbound_enabled: flagField,
  outbound_leading_plus_enabled: flagField,
  is_active: flagField,
};

const notAnObject = { error: 'must be a JSON object' };
const { name, provider, auth_type, gateways, ...optional } = fields;

/** `POST /sip-trunks/trunks`. Keys that are not known are left aside. */
export const createTrunkSchema = z.object(
  {
    name,
    provider,
    auth_type,
    gateways,
    ...z.object(optional).partial().shape,
    phone_numbers: listField(numberBodySchema, mostNumbersAtOnce).optional(),
  },
  notAnObject,
);
export type CreateTrunkBody = z.infer<typeof createTrunkSchema>;

/** `PATCH /sip-trunks/trunks/{id}` */
export const patchTrunkSchema = z.object(fields, notAnObject).partial();
export type PatchTrunkBody = z.infer<typeof patchTrunkSchema>;

/** A whole trunk as the dialect says it, without what only the server knows and without the password. */
export type TrunkSettings = Omit<z.infer<z.ZodObject<typeof fields>>, 'auth_password'>;
export type GatewaySettings = TrunkSettings['gateways'][number];

export const defaultSettings = {
  description: null,
  auth_username: null,
  ip_identifiers: [],
  allow: 'ulaw,alaw',
  disallow: 'all',
  transport: 'transport-udp',
  direct_media: false,
  rtp_symmetric: true,
  force_rport: true,
  ice_support: false,
  media_encryption: 'no',
  media_encryption_optimistic: false,
  qualify_frequency: 60,
  inbound_enabled: false,
  outbound_leading_plus_enabled: true,
  is_active: true,
} as const satisfies Partial<TrunkSettings>;
