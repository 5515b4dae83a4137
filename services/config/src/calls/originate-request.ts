import type { OriginateRequest } from '@trunkline/contracts/originate';
import type { Execution } from './execution.ts';
import { userDataHeaders } from './user-data-headers.ts';

/** As long as most networks let a telephone ring. */
const ring_timeout_s = 60;

/** Pure: what an edge is asked. */
export function originateRequest({ call, account, agent, trunk, from, to, user_data }: Execution): OriginateRequest {
  return { call, account, agent, from, to, trunk, ring_timeout_s, headers: userDataHeaders(user_data) };
}
