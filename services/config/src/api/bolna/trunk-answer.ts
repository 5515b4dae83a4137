import { z } from 'zod';
import type { TrunkDraft } from '../../store/store.ts';
import { iso } from '../iso.ts';
import { type StateAnswer, stateFields } from '../state-answer.ts';
import { fromTrunk } from './from-trunk.ts';
import { numberAnswer, numberAnswerSchema } from './number-answer.ts';

export const trunkAnswerSchema = z.object({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  description: z.string().nullable(),
  auth_type: z.enum(['userpass', 'ip-based']),
  /** Only on userpass trunks. The password is never answered. */
  auth_username: z.string().optional(),
  gateways: z.array(
    z.object({
      id: z.string(),
      gateway_address: z.string(),
      port: z.number(),
      priority: z.number(),
      created_at: z.string(),
    }),
  ),
  ip_identifiers: z.array(z.object({ ip_address: z.string() })),
  phone_numbers: z.array(numberAnswerSchema),
  allow: z.string(),
  disallow: z.string(),
  transport: z.enum(['transport-udp', 'transport-tcp', 'transport-tls']),
  direct_media: z.boolean(),
  rtp_symmetric: z.boolean(),
  force_rport: z.boolean(),
  ice_support: z.boolean(),
  media_encryption: z.enum(['no', 'sdes']),
  media_encryption_optimistic: z.boolean(),
  qualify_frequency: z.number(),
  inbound_enabled: z.boolean(),
  outbound_leading_plus_enabled: z.boolean(),
  is_active: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
  ...stateFields,
});
export type TrunkAnswer = z.infer<typeof trunkAnswerSchema>;

/** Pure: the response body of a trunk. */
export function trunkAnswer(stored: TrunkDraft, state: StateAnswer): TrunkAnswer {
  const { trunk } = stored;
  const { auth_username, ...settings } = fromTrunk(stored);
  return {
    id: trunk.id,
    ...settings,
    ...(auth_username === null ? {} : { auth_username }),
    gateways: trunk.gateways.map(({ id, host, port, priority, created_at }) => ({
      id,
      gateway_address: host,
      port,
      priority,
      created_at: iso(created_at),
    })),
    phone_numbers: trunk.numbers.map((number) => numberAnswer(trunk.id, number)),
    created_at: iso(trunk.created_at),
    updated_at: iso(trunk.updated_at),
    ...state,
  };
}
