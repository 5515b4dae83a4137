import type { SipRequest } from '@trunkline/sip/message';
import type { OutgoingRequest } from '../transaction/outgoing-request.ts';
import { applicationHeaders, missingContentType, withBody } from './application-headers.ts';

/** Everything of a request that is not the application's to say. */
export interface RequestFrame {
  readonly uri: string;
  readonly branch: string;
  /** `UDP`, `TCP`, … */
  readonly via_transport: string;
  /** `host:port` that the request leaves from. */
  readonly host_port: string;
  readonly from: string;
  readonly to: string;
  readonly call_id: string;
  readonly cseq: number;
  readonly routes: readonly string[];
  /** The Contact to add when the application gave none; absent when none is due. */
  readonly contact?: string | undefined;
  /** Whole header lines of ours. */
  readonly extra?: string | undefined;
}

/** `undefined` when the body has no type and none can be guessed. */
export function composeRequest(draft: SipRequest, frame: RequestFrame): OutgoingRequest | undefined {
  const { method, headers, body } = draft;
  const contentType = missingContentType(headers, body);
  if (contentType === undefined) return undefined;
  // RFC 5923 §5: what comes back may come on the same connection.
  const alias = frame.via_transport === 'UDP' ? '' : ';alias';
  const via = `SIP/2.0/${frame.via_transport} ${frame.host_port};branch=${frame.branch};rport${alias}`;
  let head = `${method} ${frame.uri} SIP/2.0\r\nVia: ${via}\r\n`;
  for (const route of frame.routes) head += `Route: ${route}\r\n`;
  head += `Max-Forwards: ${headers.get('max-forwards') ?? '70'}\r\nFrom: ${frame.from}\r\nTo: ${frame.to}\r\n`;
  head += `Call-ID: ${frame.call_id}\r\nCSeq: ${frame.cseq} ${method}\r\n`;
  if (frame.contact !== undefined && !headers.has('contact')) head += `Contact: ${frame.contact}\r\n`;
  head += applicationHeaders(headers, frame.host_port, frame.via_transport.toLowerCase()) + contentType;
  if (frame.extra !== undefined) head += frame.extra;
  return {
    method,
    uri: frame.uri,
    branch: frame.branch,
    via,
    from: frame.from,
    to: frame.to,
    call_id: frame.call_id,
    cseq: frame.cseq,
    routes: frame.routes,
    bytes: withBody(head, body),
  };
}
