import { numberIdSchema } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { TrunkNumber } from '@trunkline/contracts/trunk';
import type { NumberBody } from './number-body.ts';

export function newNumber(body: NumberBody, id: string, now: Instant): TrunkNumber {
  return {
    id: numberIdSchema.parse(id),
    number: body.phone_number,
    name: body.name ?? null,
    e164_check_enabled: body.e164_check_enabled ?? false,
    agent: null,
    created_at: now,
    updated_at: now,
  };
}
