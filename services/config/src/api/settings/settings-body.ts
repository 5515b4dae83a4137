import { callerIdentitySchema, overLimitSchema, trunkSchema } from '@trunkline/contracts/trunk';
import { z } from 'zod';
import { flagField, hostField, listField, textField, usernameField, wholeField } from '../fields.ts';

/** That of keys that are not known is made by `problem-of.ts`. */
const objectError = (issue: { readonly code?: string }) =>
  issue.code === 'unrecognized_keys' ? undefined : 'must be an object';

const oneOf = <Value extends string>({ options }: { readonly options: readonly Value[] }) =>
  z.enum(options, { error: `must be one of ${options.join(', ')}` });

/** Takes no key but these: a setting that is misspelt would else seem to be set. */
const exactly = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, { error: objectError });

const mostCallsPerSecond = 1_000;
const rate = `must be a number above 0 and up to ${mostCallsPerSecond}`;
const mostPins = 8;

const pinField = z
  .string({ error: 'must be text' })
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .refine((text) => /^[0-9a-f]{64}$/.test(text), 'must be a SHA-256 fingerprint: 64 hexadecimal digits');

const gatewayTlsField = z.discriminatedUnion(
  'check',
  [
    exactly({ check: z.literal('verify') }),
    exactly({
      check: z.literal('pin'),
      sha256: listField(pinField, mostPins).min(1, 'must name at least one certificate'),
    }),
    exactly({ check: z.literal('off') }),
  ],
  { error: "must be {check: 'verify'}, {check: 'pin', sha256: [...]}, {check: 'off'} or null" },
);

const registeringFields = {
  expires_s: wholeField(60, 86_400),
  retry_s: wholeField(1, 86_400),
  contact_user: usernameField(1, 128).nullable(),
};
const numberFormatFields = {
  style: oneOf(trunkSchema.shape.number_format.shape.style),
  country: z
    .string({ error: 'must be text' })
    .regex(/^[A-Za-z]{2}$/, 'must be a country code of ISO 3166-1 such as DE')
    .transform((code) => code.toUpperCase())
    .nullable(),
};
const limitFields = {
  channels: wholeField(1, 100_000).nullable(),
  calls_per_second: z.number({ error: rate }).positive(rate).max(mostCallsPerSecond, rate).nullable(),
};
const identityFields = {
  trusted: flagField,
  private_numbers_shown: flagField,
  from: oneOf(callerIdentitySchema.shape.from),
  asserted_in: oneOf(callerIdentitySchema.shape.asserted_in),
  domain: hostField
    .refine((host) => !host.includes(':') && !host.endsWith('.'), 'must be a name or an IPv4 address')
    .nullable(),
  foreign_numbers: flagField,
};
const gatewayFields = { priority: wholeField(0, 65_535), weight: wholeField(0, 65_535), srv: flagField };

const partly = <Shape extends z.ZodRawShape>(shape: Shape) => exactly(z.object(shape).partial().shape);

/** `PATCH /trunks/{trunk_id}/settings`: what is absent stays, also inside of an object; of the gateways those that are named. */
export const settingsBodySchema = exactly(
  z
    .strictObject({
      recording: flagField,
      direction: oneOf(trunkSchema.shape.direction),
      registration: oneOf(trunkSchema.shape.registration),
      registering: partly(registeringFields),
      fixed_address: flagField,
      number_format: partly(numberFormatFields),
      limits: partly(limitFields),
      over_limit: oneOf(overLimitSchema),
      caller_identity: partly(identityFields),
      gateway_tls: gatewayTlsField.nullable(),
      gateways: listField(exactly({ id: textField(64), ...z.object(gatewayFields).partial().shape }), 64),
    })
    .partial().shape,
);
export type SettingsBody = z.infer<typeof settingsBodySchema>;

/** All settings of a trunk, those that were never said at their usual value. */
export const settingsSchema = z.object({
  recording: z.boolean().meta({ description: 'Both directions of each call are written to files at the media relay' }),
  direction: trunkSchema.shape.direction,
  registration: trunkSchema.shape.registration.meta({ description: 'Who registers with whom; none: nobody does' }),
  registering: z
    .object({ expires_s: z.number(), retry_s: z.number(), contact_user: z.string().nullable() })
    .meta({ description: 'How we register; without contact_user our Contact is an unguessable one' }),
  fixed_address: z.boolean().meta({ description: 'Outbound calls leave from the fixed address of this installation' }),
  number_format: z.object({
    style: z.enum(['+e164', 'e164', 'national']),
    country: z.string().nullable().meta({ description: 'ISO 3166-1: decides what a national form means' }),
  }),
  limits: z.object({ channels: z.number().nullable(), calls_per_second: z.number().nullable() }),
  over_limit: overLimitSchema.meta({ description: 'What an inbound call beyond a limit hears: 486 or 503' }),
  caller_identity: z.object(callerIdentitySchema.shape),
  gateway_tls: z
    .object({ check: z.enum(['verify', 'pin', 'off']), sha256: z.array(z.string()).optional() })
    .nullable()
    .meta({ description: 'How the certificates of gateways are judged; null: as the SIP server is configured' }),
  gateways: z.array(
    z.object({
      id: z.string(),
      host: z.string(),
      port: z.number(),
      priority: z.number(),
      weight: z.number().meta({ description: 'Share of calls among gateways of one priority' }),
      srv: z.boolean().meta({ description: 'SRV records of the host tell port and servers; port is not used' }),
    }),
  ),
});
export type Settings = z.infer<typeof settingsSchema>;
