import { isIP } from 'node:net';
import { type EnvSource, faultText, readEnv } from '@trunkline/runtime/env';
import { logLevelField } from '@trunkline/runtime/env-fields';
import { z } from 'zod';
import { Fault } from '../fault.ts';

const addressField = (usual: string) =>
  z
    .string()
    .refine((text) => isIP(text) !== 0, 'it is not an IP address')
    .describe(`an IP address of this machine, such as ${usual}`)
    .default(usual);

const portRangeField = z
  .string()
  .regex(/^\d{4,5}-\d{4,5}$/, 'it is not a range')
  .transform((text) => {
    const [first = 0, last = 0] = text.split('-').map(Number);
    return { first, last };
  })
  .refine(({ first, last }) => last <= 65_535 && last - first >= 20, 'it has no room for five calls')
  .describe('a range of ports, such as 30000-44999')
  .default({ first: 30_000, last: 44_999 });

const schema = z.object({
  TRUNKLINE_MEDIA_OUTSIDE: addressField('127.0.0.1'),
  TRUNKLINE_MEDIA_INSIDE: addressField('127.0.0.2'),
  TRUNKLINE_RTP_PORTS: portRangeField,
  TRUNKLINE_EDGE_ID: z.string().min(1).default('edge-1'),
  TRUNKLINE_LOG_LEVEL: logLevelField,
});

export type StackSettings = z.infer<typeof schema>;

/** What a stack takes from the environment beside its addresses. Throws a {@link Fault} that lists everything wrong. */
export function stackSettings(env: EnvSource): StackSettings {
  const result = readEnv(schema, env);
  if (result.ok) return result.values;
  throw new Fault('The environment is not right.', result.faults.map(faultText));
}
