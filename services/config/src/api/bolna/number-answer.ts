import type { TrunkId } from '@trunkline/contracts/ids';
import type { TrunkNumber } from '@trunkline/contracts/trunk';
import { z } from 'zod';
import { iso } from '../iso.ts';

export const numberAnswerSchema = z.object({
  id: z.string(),
  phone_number: z.string(),
  name: z.string().nullable(),
  byot_trunk_id: z.string(),
  telephony_provider: z.literal('sip-trunk'),
  deleted: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type NumberAnswer = z.infer<typeof numberAnswerSchema>;

/** In the list of all numbers also which agent takes the calls; null for none. */
export const mappedNumberSchema = numberAnswerSchema.extend({ agent_id: z.string().nullable() });
export type MappedNumber = z.infer<typeof mappedNumberSchema>;

export function numberAnswer(trunk: TrunkId, number: TrunkNumber): NumberAnswer {
  return {
    id: number.id,
    phone_number: number.number,
    name: number.name,
    byot_trunk_id: trunk,
    telephony_provider: 'sip-trunk',
    deleted: false,
    created_at: iso(number.created_at),
    updated_at: iso(number.updated_at),
  };
}

export function mappedNumber(trunk: TrunkId, number: TrunkNumber): MappedNumber {
  return { ...numberAnswer(trunk, number), agent_id: number.agent };
}
