import type { Ids } from '@trunkline/runtime/ids';

/** Random bytes in a token. */
const tokenBytes = 32;

export function newToken(ids: Ids): string {
  return `tl_${ids.hex(tokenBytes)}`;
}
