import { isIP } from 'node:net';
import { type EnvSource, faultText, readEnv } from '@trunkline/runtime/env';
import { logLevelField } from '@trunkline/runtime/env-fields';
import { z } from 'zod';
import { Fault } from '../fault.ts';

/** One of rtpengine's places: `<address>[!<address to tell the far end>]`. */
function isPlace(text: string): boolean {
  const addresses = text.split('!');
  return addresses.length <= 2 && addresses.every((address) => isIP(address) !== 0);
}

const placesField = (usual: string) =>
  z
    .string()
    .refine((text) => text.split(',').every(isPlace), 'it is not a list of IP addresses')
    .describe(
      `IP addresses of this machine, such as ${usual} or 10.0.0.5!203.0.113.5,2001:db8::5, where what follows ! is told instead`,
    )
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
  TRUNKLINE_MEDIA_OUTSIDE: placesField('127.0.0.1'),
  TRUNKLINE_MEDIA_INSIDE: placesField('127.0.0.2'),
  TRUNKLINE_RTP_PORTS: portRangeField,
  TRUNKLINE_MORE_RTPENGINES: z
    .string()
    .describe("rtpengines beside the stack's own, as the edge reads TRUNKLINE_RTPENGINE")
    .optional(),
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
