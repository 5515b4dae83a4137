import type { SipResponse } from '@trunkline/sip/message';
import { withBody } from '../../compose/application-headers.ts';

const CHALLENGES: ReadonlySet<string> = new Set(['www-authenticate', 'proxy-authenticate']);

/**
 * RFC 3261 §16.7 steps 3, 7 and 9: the response without our Via. `others` are those of other branches: a challenge carries
 * the challenges of all.
 */
export function forwardResponse(response: SipResponse, others: readonly SipResponse[] = []): Buffer {
  const { status, reason, headers, body } = response;
  const [, ...vias] = headers.list('via');
  let head = `SIP/2.0 ${status} ${reason}\r\n`;
  for (const via of vias) head += `Via: ${via}\r\n`;
  for (const { name, key, value } of headers) {
    if (key !== 'via' && key !== 'content-length') head += `${name}: ${value}\r\n`;
  }
  if (status === 401 || status === 407) head += challenges(response, others);
  return withBody(head, body);
}

function challenges(best: SipResponse, others: readonly SipResponse[]): string {
  let text = '';
  for (const other of others) {
    if (other === best || (other.status !== 401 && other.status !== 407)) continue;
    for (const { name, key, value } of other.headers) if (CHALLENGES.has(key)) text += `${name}: ${value}\r\n`;
  }
  return text;
}
