import { type Trunk, trunkSchema } from '@trunkline/contracts/trunk';
import type { z } from 'zod';

/** Fields of a trunk that have no column of their own: whatever the contract has beyond these is stored as one document. */
const uncolumnedSchema = trunkSchema
  .omit({
    id: true,
    account: true,
    name: true,
    provider: true,
    description: true,
    direction: true,
    auth: true,
    registration: true,
    gateways: true,
    acl: true,
    transport: true,
    media: true,
    force_rport: true,
    number_format: true,
    qualify: true,
    limits: true,
    numbers: true,
    is_active: true,
    expires_at: true,
    created_at: true,
    updated_at: true,
    registering: true,
    fixed_address: true,
  })
  .strip();
export type UncolumnedTrunk = z.infer<typeof uncolumnedSchema>;

/** Pure: the part of a trunk that goes into column `settings`. */
export function uncolumnedOf(trunk: Trunk): UncolumnedTrunk {
  return uncolumnedSchema.parse(trunk);
}

/** Pure: the reverse, with its fields in the order of the contract. What an older version stored and this one does not know is left. */
export function readUncolumned(stored: UncolumnedTrunk): UncolumnedTrunk {
  return uncolumnedSchema.parse(stored);
}
