import { z } from 'zod';
import { cidrSchema } from './cidr.ts';
import { accountIdSchema, agentIdSchema, gatewayIdSchema, numberIdSchema, trunkIdSchema } from './ids.ts';
import { sealedSchema } from './sealed.ts';
import { instantSchema } from './time.ts';

export const transports = ['udp', 'tcp', 'tls'] as const;
export const transportSchema = z.enum(transports);
export type Transport = z.infer<typeof transportSchema>;

/** Encoding names of RFC 3551. Order in a list is the order of preference. */
export const codecs = ['PCMU', 'PCMA'] as const;
export const codecSchema = z.enum(codecs);
export type Codec = z.infer<typeof codecSchema>;

/** `no`: RTP. `sdes`: SRTP or no call. `sdes-optional`: SRTP where the far end has it (RFC 4568). */
export const mediaEncryptionSchema = z.enum(['no', 'sdes', 'sdes-optional']);
export type MediaEncryption = z.infer<typeof mediaEncryptionSchema>;

export const gatewaySchema = z.strictObject({
  id: gatewayIdSchema,
  /** Host name, IPv4 or IPv6 literal (without brackets). */
  host: z.string().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  /** Lower is tried first. */
  priority: z.number().int().min(0).max(65_535),
  /** Share of calls among equal priorities (RFC 2782's meaning). */
  weight: z.number().int().min(0).max(65_535),
  created_at: instantSchema,
  /** The host has SRV records that tell port and servers (RFC 3263 §4.2): `port` is not used. Absent: no. */
  srv: z.boolean().optional(),
});
export type Gateway = z.infer<typeof gatewaySchema>;

export const trunkNumberSchema = z.strictObject({
  id: numberIdSchema,
  /** As the tenant gave it. */
  number: z.string().min(1).max(40),
  /** Label shown to people. */
  name: z.string().max(255).nullable(),
  e164_check_enabled: z.boolean(),
  /** Null: calls to the number are refused with cause `number-without-agent`. */
  agent: agentIdSchema.nullable(),
  created_at: instantSchema,
  updated_at: instantSchema,
});
export type TrunkNumber = z.infer<typeof trunkNumberSchema>;

export const trunkAuthSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('userpass'), username: z.string().min(1).max(128), password: sealedSchema }),
  z.strictObject({ kind: z.literal('ip') }),
]);

export const registeringSchema = z.strictObject({
  /** Life of a registration that we ask for. */
  expires_s: z.number().int().min(60).max(86_400),
  /** Before the first retry after a failure. */
  retry_s: z.number().int().min(1).max(86_400),
  /** User part of our Contact that the carrier insists on; null: an unguessable one. */
  contact_user: z.string().min(1).max(128).nullable(),
});
export type Registering = z.infer<typeof registeringSchema>;

export const usualRegistering: Registering = { expires_s: 3_600, retry_s: 60, contact_user: null };

/** How the caller's identity passes between the carrier and us. */
export const callerIdentitySchema = z.strictObject({
  /**
   * Inbound: the carrier is in one trust domain with us (RFC 3325 §2.3), so its P-Asserted-Identity, Remote-Party-ID, Diversion
   * and History-Info are believed. Otherwise they are as good as absent, and the caller is who From says.
   */
  trusted: z.boolean(),
  /** Inbound: agents are told the number of a caller who asked for privacy (RFC 3323), if the carrier told us. */
  private_numbers_shown: z.boolean(),
  /** Outbound: the user part of From is the caller's number, or the trunk's user name where the carrier knows us by it. */
  from: z.enum(['number', 'username']),
  /** Outbound: header fields besides From that carry the caller's number. */
  asserted_in: z.enum(['p-asserted-identity', 'remote-party-id', 'both', 'none']),
  /** Outbound: host part of the caller's URIs; null: the address that we send from. */
  domain: z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/)
    .nullable(),
  /** Outbound: From may show a number that is not the trunk's, because the carrier does not screen it. */
  foreign_numbers: z.boolean(),
});
export type CallerIdentity = z.infer<typeof callerIdentitySchema>;

export const usualCallerIdentity: CallerIdentity = {
  trusted: false,
  private_numbers_shown: false,
  from: 'number',
  asserted_in: 'p-asserted-identity',
  domain: null,
  foreign_numbers: false,
};

/** What an inbound call beyond a limit hears: `busy` is 486, `unavailable` 503, whereupon many carriers try another route. */
export const overLimitSchema = z.enum(['busy', 'unavailable']);
export type OverLimit = z.infer<typeof overLimitSchema>;

/** How the certificate of a gateway is judged when it is reached over TLS (RFC 5922); `off` believes any. */
export const gatewayTlsSchema = z.discriminatedUnion('check', [
  z.strictObject({ check: z.literal('verify') }),
  z.strictObject({
    check: z.literal('pin'),
    /** SHA-256 of the certificates that are believed, in lower-case hex. */
    sha256: z
      .array(z.string().regex(/^[0-9a-f]{64}$/))
      .min(1)
      .max(8),
  }),
  z.strictObject({ check: z.literal('off') }),
]);
export type GatewayTls = z.infer<typeof gatewayTlsSchema>;

/**
 * One carrier connection of one account: the whole of it, as stored, as published in KV bucket `trunks`, and as every
 * dialect of the API maps it. It travels whole, so that an edge applies a change atomically.
 */
export const trunkSchema = z.strictObject({
  id: trunkIdSchema,
  account: accountIdSchema,
  name: z.string().min(1).max(255),
  provider: z.string().min(1).max(255),
  description: z.string().max(2_000).nullable(),
  /** As the carrier sees it from us: inbound calls come from the carrier, outbound calls go to it. */
  direction: z.enum(['inbound', 'outbound', 'both']),
  auth: trunkAuthSchema,
  registration: z.enum(['none', 'we-register', 'they-register']),
  gateways: z.array(gatewaySchema).max(64),
  /** Sources that are admitted without digest. Empty admits nobody by address. */
  acl: z.array(cidrSchema).max(256),
  transport: transportSchema,
  media: z.strictObject({
    codecs: z.array(codecSchema).min(1),
    encryption: mediaEncryptionSchema,
    symmetric_rtp: z.boolean(),
    direct_media: z.boolean(),
    ice: z.boolean(),
    /** Both directions of each call are written to files at the media relay. Absent: they are not. */
    recording: z.boolean().optional(),
  }),
  force_rport: z.boolean(),
  number_format: z.strictObject({
    style: z.enum(['+e164', 'e164', 'national']),
    /** ISO 3166-1 alpha-2; decides what a national form means. */
    country: z.string().length(2).nullable(),
  }),
  /** Interval in seconds between OPTIONS to each gateway; 0 is off. */
  qualify: z.strictObject({ interval_s: z.number().int().min(0).max(86_400) }),
  limits: z.strictObject({
    channels: z.number().int().min(1).nullable(),
    calls_per_second: z.number().positive().nullable(),
  }),
  numbers: z.array(trunkNumberSchema).max(10_000),
  is_active: z.boolean(),
  /** Developer trunks end by themselves. */
  expires_at: instantSchema.nullable(),
  created_at: instantSchema,
  updated_at: instantSchema,
  /** How we register with the carrier; absent: as {@link usualRegistering} says. */
  registering: registeringSchema.optional(),
  /** Outbound calls leave from the fixed address of this installation, because the carrier admits them by it; absent: no. */
  fixed_address: z.boolean().optional(),
  /** How its gateways' certificates are judged; absent: as the SIP server is configured. */
  gateway_tls: gatewayTlsSchema.optional(),
  /** Absent: as {@link usualCallerIdentity} says. */
  caller_identity: callerIdentitySchema.optional(),
  /** Absent: `unavailable`. */
  over_limit: overLimitSchema.optional(),
});
export type Trunk = z.infer<typeof trunkSchema>;
