import type { Sealed } from '@trunkline/contracts/sealed';
import type { Trunk } from '@trunkline/contracts/trunk';
import { sealContext } from '@trunkline/runtime/seal';
import type { ApiParts } from '../api-parts.ts';

/** Null when the body brings no password. */
export function sealPassword(
  seal: ApiParts['seal'],
  { account, id }: Pick<Trunk, 'account' | 'id'>,
  password: string | null | undefined,
): Sealed | null {
  return password === null || password === undefined ? null : seal(password, sealContext(account, id));
}
