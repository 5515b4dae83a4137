import { z } from 'zod';
import { flagField, hostField, listField, passwordField, sayMissing, textField, usernameField } from '../fields.ts';

const formatMessage = 'SIP calling format must be one of: +e164, e164, national.';
const addressMessage = 'SIP server address is required.';
const typeMessage = 'SIP trunk type must be one of: extension, number.';
const authorizationMessage = 'Inbound authorization type must be one of: auth, ip.';

export const trunkTypes = ['extension', 'number'] as const;
export const callingFormats = ['+e164', 'e164', 'national'] as const;

const fields = {
  sip_trunk_type: z.enum(trunkTypes, { error: sayMissing('SIP trunk type is required.', typeMessage) }),
  /** An extension of up to 15 characters, or a number in E.164: which one, the type says. */
  phone_number: z
    .string({ error: sayMissing('Phone number is required.', 'must be text: put the digits in quotation marks') })
    .regex(/^\+?[0-9A-Za-z*#._-]{1,15}$/, 'must be an extension of 1 to 15 characters or a number in E.164')
    .meta({ example: '+14155551234' }),
  nickname: textField(50).nullable(),
  sip_username: usernameField(3, 128),
  /** Blank or absent in a change: the present one stays. */
  sip_password: passwordField(3),
  sip_address: z
    .string({ error: sayMissing(addressMessage, 'must be text') })
    .min(1, { error: addressMessage, abort: true })
    .pipe(hostField)
    .meta({ example: 'sip.provider.com' }),
  sip_calling_format: z.enum(callingFormats, { error: formatMessage }),
  inbound_authorization_type: z.enum(['auth', 'ip'], { error: authorizationMessage }),
  allowed_inbound_ips: listField(z.string({ error: 'must be text' }).max(64), 256).nullable(),
  country_code: z
    .string({ error: 'must be text' })
    .regex(/^[A-Za-z]{2}$/, 'must be two letters of ISO 3166, such as US')
    .transform((code) => code.toUpperCase())
    .nullable(),
  /** Calls leave from the fixed address of the installation. */
  outbound_proxy: flagField,
};

const notAnObject = { error: 'must be a JSON object' };
const { sip_trunk_type, phone_number, sip_username, sip_password, sip_address, ...optional } = fields;

/** `POST /api/user/phone-numbers/sip-trunks`. Keys that are not known are left aside. */
export const createTrunkSchema = z.object(
  {
    sip_trunk_type,
    phone_number,
    sip_username,
    sip_password,
    sip_address,
    ...z.object(optional).partial().shape,
  },
  notAnObject,
);
/** `PUT …/{id}`: what is absent stays. */
export const putTrunkSchema = z
  .object({ ...fields, sip_password: z.union([z.literal(''), sip_password]).nullable() }, notAnObject)
  .partial();
export type PutTrunkBody = z.infer<typeof putTrunkSchema>;

/** A trunk as the dialect says it, without what only the server knows and without the password. */
export interface TrunkSettings {
  readonly sip_trunk_type: (typeof trunkTypes)[number];
  readonly phone_number: string | null;
  readonly nickname: string | null;
  readonly sip_username: string | null;
  readonly sip_address: string | null;
  readonly sip_calling_format: (typeof callingFormats)[number];
  readonly inbound_authorization_type: 'auth' | 'ip';
  readonly allowed_inbound_ips: readonly string[];
  readonly country_code: string | null;
  readonly outbound_proxy: boolean;
}

export const defaultSettings: TrunkSettings = {
  sip_trunk_type: 'number',
  phone_number: null,
  nickname: null,
  sip_username: null,
  sip_address: null,
  sip_calling_format: '+e164',
  inbound_authorization_type: 'auth',
  allowed_inbound_ips: [],
  country_code: null,
  outbound_proxy: false,
};
