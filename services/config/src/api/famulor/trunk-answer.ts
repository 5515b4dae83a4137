import { z } from 'zod';
import type { StoredTrunk } from '../../store/store.ts';
import { iso } from '../iso.ts';
import { type StateAnswer, stateFields } from '../state-answer.ts';
import { fromTrunk } from './from-trunk.ts';
import { callingFormats, trunkTypes } from './trunk-body.ts';

export const trunkAnswerSchema = z.object({
  id: z.number().int(),
  sip_trunk_type: z.enum(trunkTypes),
  phone_number: z.string().nullable(),
  nickname: z.string().nullable(),
  sip_username: z.string().nullable(),
  sip_address: z.string().nullable(),
  sip_calling_format: z.enum(callingFormats),
  inbound_authorization_type: z.enum(['auth', 'ip']),
  allowed_inbound_ips: z.array(z.string()),
  country_code: z.string().nullable(),
  outbound_proxy: z.boolean(),
  /** Null where the trunk takes no calls of that direction. */
  inbound_trunk_id: z.string().nullable(),
  outbound_trunk_id: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
  ...stateFields,
});
export type TrunkAnswer = z.infer<typeof trunkAnswerSchema>;

/** Pure: the response body of a trunk. The password is never answered. */
export function trunkAnswer(stored: StoredTrunk, state: StateAnswer): TrunkAnswer {
  const { trunk, short_id } = stored;
  const settings = fromTrunk(stored);
  return {
    id: short_id,
    ...settings,
    allowed_inbound_ips: [...settings.allowed_inbound_ips],
    inbound_trunk_id: trunk.direction === 'outbound' ? null : trunk.id,
    outbound_trunk_id: trunk.direction === 'inbound' ? null : trunk.id,
    created_at: iso(trunk.created_at),
    updated_at: iso(trunk.updated_at),
    ...state,
  };
}
