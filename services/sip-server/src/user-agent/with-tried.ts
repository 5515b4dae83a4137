import type { SipResponse } from '@trunkline/sip/message';
import { formatNameAddr } from '@trunkline/sip/name-addr';
import type { Tried } from '../transaction/tried.ts';
import { endpointText } from '../transport/endpoint.ts';
import type { Flow } from '../transport/transport.ts';

const FIELD = 'X-Trunkline-Tried';
const LONGEST_REASON = 100;

/**
 * The response with what an application cannot know otherwise: which addresses of the next hop's name were tried before this
 * one, and, last, this one. A field of that name from the network is nobody's word and is taken away.
 */
export function withTried(response: SipResponse, tried: readonly Tried[], flow: Flow): SipResponse {
  if (tried.length === 0 && !response.headers.has(FIELD)) return response;
  const { kind, status, reason, body } = response;
  const headers = response.headers.clone().delete(FIELD);
  if (tried.length > 0) headers.append(FIELD, [...tried.map(failedText), `<${uriOf(flow)}>`].join(', '));
  return { kind, status, reason, headers, body };
}

function failedText({ flow, ms, status, reason }: Tried): string {
  const parameters = new Map([['ms', String(Math.round(ms))]]);
  if (status !== null) parameters.set('status', String(status));
  return formatNameAddr({ displayName: reason.slice(0, LONGEST_REASON), uri: uriOf(flow), parameters });
}

const uriOf = ({ transport, remote }: Pick<Flow, 'transport' | 'remote'>): string =>
  `sip:${endpointText(remote)};transport=${transport}`;
