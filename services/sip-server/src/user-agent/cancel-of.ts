import { NO_BODY } from '@trunkline/sip/message';
import type { Arrival } from '../transaction/arrival.ts';

/** The CANCEL that a caller would have sent for this INVITE. */
export function cancelOf(invite: Arrival): Arrival {
  const headers = invite.request.headers.clone();
  for (const name of ['content-type', 'content-length', 'require', 'supported', 'contact']) headers.delete(name);
  headers.set('CSeq', `${invite.cseq} CANCEL`);
  const request = { kind: 'request', method: 'CANCEL', uri: invite.request.uri, headers, body: NO_BODY } as const;
  return { ...invite, request };
}
