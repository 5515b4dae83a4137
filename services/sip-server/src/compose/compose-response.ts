import { toWithTag } from '@trunkline/sip/create-response';
import { Headers } from '@trunkline/sip/headers';
import { NO_BODY, type SipResponse } from '@trunkline/sip/message';
import { reasonPhrase } from '@trunkline/sip/reason-phrase';
import type { Arrival } from '../transaction/arrival.ts';
import { applicationHeaders, missingContentType, withBody } from './application-headers.ts';

export interface ResponseContext {
  /** For To, when the request has none there. */
  readonly to_tag: string;
  /** `host:port` that the response leaves from. */
  readonly host_port: string;
  /** The Contact to add when the application gave none; absent when none is due. */
  readonly contact?: string | undefined;
  /** Whole header lines of ours: RSeq, Session-Expires. */
  readonly extra?: string | undefined;
}

const NO_HEADERS = new Headers();

/** The bytes of an application's response to a request (RFC 3261 §8.2.6, §12.1.1). */
export function composeResponse(arrival: Arrival, draft: SipResponse, context: ResponseContext): Buffer {
  const { status, reason, headers, body } = draft;
  let head = `${statusLine(status, reason)}${copiedHead(arrival, status, context.to_tag)}`;
  head += applicationHeaders(headers, context.host_port, arrival.flow.transport);
  if (context.contact !== undefined && !headers.has('contact')) head += `Contact: ${context.contact}\r\n`;
  if (context.extra !== undefined) head += context.extra;
  return withBody(head + (missingContentType(headers, body) ?? ''), body);
}

/** A response of the server itself; `extra` is whole header lines. */
export function composeOwnResponse(arrival: Arrival, status: number, to_tag: string, extra = ''): Buffer {
  const head = `${statusLine(status, '')}${copiedHead(arrival, status, to_tag)}${extra}`;
  return withBody(head, NO_BODY);
}

/** A response as an application would draft it. */
export const bareResponse = (status: number): SipResponse => ({
  kind: 'response',
  status,
  reason: reasonPhrase(status),
  headers: NO_HEADERS,
  body: NO_BODY,
});

function statusLine(status: number, reason: string): string {
  return `SIP/2.0 ${status} ${reason === '' ? reasonPhrase(status) : reason}\r\n`;
}

function copiedHead({ request, vias }: Arrival, status: number, to_tag: string): string {
  let head = '';
  for (const via of vias) head += `Via: ${via}\r\n`;
  let to = '';
  let rest = '';
  for (const { key, value } of request.headers) {
    if (key === 'from') rest += `From: ${value}\r\n`;
    else if (key === 'to') to = `To: ${status === 100 ? value : toWithTag(value, to_tag)}\r\n`;
    else if (key === 'call-id') rest += `Call-ID: ${value}\r\n`;
    else if (key === 'cseq') rest += `CSeq: ${value}\r\n`;
    // §12.1.1: copied where a dialog may come of it; §8.2.6.1: Timestamp into 100.
    else if (key === 'record-route' && status > 100 && status < 300) head += `Record-Route: ${value}\r\n`;
    else if (key === 'timestamp' && status === 100) rest += `Timestamp: ${value}\r\n`;
  }
  return head + to + rest;
}
