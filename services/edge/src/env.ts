import { edgeIdSchema } from '@trunkline/contracts/ids';
import {
  directoryField,
  hostPortField,
  logLevelField,
  masterKeyField,
  natsUrlField,
  otherMasterKeysField,
  secretField,
} from '@trunkline/runtime/env-fields';
import { z } from 'zod';
import { digestAlgorithmsField } from './admission/digest-algorithms-field.ts';
import { mediaNodesField } from './rtpengine/media-nodes-field.ts';

const milliseconds = (what: string, fallback: number) =>
  z.coerce.number().int().min(100).max(86_400_000).describe(`${what}, in milliseconds`).default(fallback);

const rate = (what: string, fallback: number) =>
  z.coerce.number().min(0.1).max(10_000).describe(`the most ${what}`).default(fallback);

/** What the edge reads from its environment. */
export const envSchema = z.object({
  TRUNKLINE_NATS_URL: natsUrlField,
  TRUNKLINE_MASTER_KEY: masterKeyField,
  TRUNKLINE_OTHER_MASTER_KEYS: otherMasterKeysField,
  TRUNKLINE_LOG_LEVEL: logLevelField,
  TRUNKLINE_SIP_SERVER: hostPortField('127.0.0.1:9022').default({ host: '127.0.0.1', port: 9022 }),
  TRUNKLINE_SIP_SECRET: secretField(),
  TRUNKLINE_RTPENGINE: mediaNodesField,
  TRUNKLINE_MEDIA_SILENT_MS: milliseconds('how long a call may be without audio', 60_000),
  TRUNKLINE_EDGE_ID: edgeIdSchema.describe('1 to 40 letters, digits or hyphens').default(edgeIdSchema.parse('edge-1')),
  TRUNKLINE_EDGE_HEALTH: hostPortField('127.0.0.1:9123').default({ host: '127.0.0.1', port: 9123 }),
  TRUNKLINE_STATE_DIR: directoryField,
  TRUNKLINE_MAX_CALLS: z.coerce.number().int().min(1).max(100_000).describe('the most calls at once').default(4_000),
  TRUNKLINE_ACCOUNT_CHANNELS: z.coerce
    .number()
    .int()
    .min(1)
    .describe('the most calls of one account at once, over all edges')
    .nullable()
    .default(null),
  TRUNKLINE_ACCOUNT_CALLS_PER_SECOND: z.coerce
    .number()
    .positive()
    .describe('the most calls of one account a second, over all edges')
    .nullable()
    .default(null),
  TRUNKLINE_RING_MS: milliseconds('how long a callee may ring', 120_000),
  TRUNKLINE_TRY_MS: milliseconds('how long a gateway may be silent', 8_000),
  TRUNKLINE_REGISTER_EXPIRES_S: z.coerce
    .number()
    .int()
    .min(60)
    .max(86_400)
    .describe('for how long registrars are asked to keep us, in seconds')
    .default(3_600),
  TRUNKLINE_REGISTER_RATE: rate('REGISTERs a second to one registrar', 50),
  TRUNKLINE_REGISTRAR_RATE: rate('REGISTERs a second that one source address may send us', 50),
  TRUNKLINE_QUALIFY_RATE: rate('OPTIONS a second to one gateway address', 200),
  TRUNKLINE_DIGEST_ALGORITHMS: digestAlgorithmsField,
  TRUNKLINE_BAN_AFTER: z.coerce
    .number()
    .int()
    .min(0)
    .max(100_000)
    .describe('how many failures of one source within a minute have it banned, 0 for never')
    .default(20),
  TRUNKLINE_BAN_S: z.coerce.number().int().min(1).max(86_400).describe('how long a ban is, in seconds').default(600),
  TRUNKLINE_CHALLENGE_MS: milliseconds('how long the answer to a challenge is awaited', 5_000),
});
export type Env = z.infer<typeof envSchema>;
