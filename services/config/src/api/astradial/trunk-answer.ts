import { z } from 'zod';
import type { StoredTrunk } from '../../store/store.ts';
import { iso } from '../iso.ts';
import { type StateAnswer, stateFields } from '../state-answer.ts';
import { fromTrunk } from './from-trunk.ts';
import { statuses, trunkTypes } from './trunk-body.ts';

export const trunkAnswerSchema = z.object({
  id: z.string(),
  name: z.string(),
  host: z.string().nullable(),
  port: z.number(),
  username: z.string().nullable(),
  transport: z.enum(['udp', 'tcp', 'tls']),
  trunk_type: z.enum(trunkTypes),
  retry_interval: z.number(),
  expiration: z.number(),
  contact_user: z.string().nullable(),
  /** Null: as many as there are. */
  max_channels: z.number().nullable(),
  status: z.enum(statuses),
  created_at: z.string(),
  updated_at: z.string(),
  ...stateFields,
});
export type TrunkAnswer = z.infer<typeof trunkAnswerSchema>;

/** Pure: the response body of a trunk. The password is never answered. */
export function trunkAnswer(stored: StoredTrunk, state: StateAnswer): TrunkAnswer {
  const { id, created_at, updated_at } = stored.trunk;
  return { id, ...fromTrunk(stored), created_at: iso(created_at), updated_at: iso(updated_at), ...state };
}
