import { createHash } from 'node:crypto';
import { toWithTag } from '@trunkline/sip/create-response';
import { NO_BODY, type SipRequest } from '@trunkline/sip/message';
import { reasonPhrase } from '@trunkline/sip/reason-phrase';
import { withBody } from './application-headers.ts';

/** What is copied, each once: of a field that stands twice against the rules the first (RFC 3261 §8.2.6.2). */
const COPIED = ['From', 'To', 'Call-ID', 'CSeq'] as const;

/**
 * The response to a request that is refused for what is wrong with it, made without any state (RFC 3261 §8.2.7): of what it
 * lacks the response has nothing. `extra` is whole header lines.
 */
export function composeRefusal(request: SipRequest, vias: readonly string[], status: number, extra: string): Buffer {
  let head = `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`;
  for (const via of vias) head += `Via: ${via}\r\n`;
  for (const name of COPIED) {
    const value = request.headers.get(name);
    if (value !== undefined) head += `${name}: ${name === 'To' ? toWithTag(value, tagFor(request, vias)) : value}\r\n`;
  }
  return withBody(head + extra, NO_BODY);
}

/** §8.2.7: the same tag for every retransmission, because nobody remembers the first. */
function tagFor(request: SipRequest, vias: readonly string[]): string {
  const { headers } = request;
  const text = [vias[0], headers.get('call-id'), headers.get('from'), headers.get('cseq')].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
