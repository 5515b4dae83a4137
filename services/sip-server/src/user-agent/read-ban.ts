import type { SipResponse } from '@trunkline/sip/message';
import { serverFields } from '../compose/server-fields.ts';

/** A ban is for those who go on: it ends by itself, and is spoken again where it has to be. */
const LONGEST_BAN_S = 86_400;

/** For how many seconds the source of a refused request is to be banned; undefined when it is not, or it cannot be read. */
export function readBan({ status, headers }: SipResponse): number | undefined {
  if (status < 400) return undefined;
  const text = headers.get(serverFields.ban);
  if (text === undefined || !/^[1-9]\d{0,4}$/.test(text)) return undefined;
  return Math.min(Number(text), LONGEST_BAN_S);
}
