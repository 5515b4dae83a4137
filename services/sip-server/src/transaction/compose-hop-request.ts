import type { OutgoingRequest } from './outgoing-request.ts';

/**
 * The ACK of a response of 300 and above (RFC 3261 §17.1.1.3): the INVITE's Request-URI, top Via, From, Call-ID and Route,
 * the To of the response.
 */
export function composeFailureAck(invite: OutgoingRequest, to: string): Buffer {
  return Buffer.from(`${hopHead('ACK', invite, to)}Content-Length: 0\r\n\r\n`, 'utf8');
}

/** RFC 3261 §9.1: a CANCEL is the request's Request-URI, top Via, To, From, Call-ID, Route and CSeq number. */
export function composeCancel(invite: OutgoingRequest, extra: string): OutgoingRequest {
  const text = `${hopHead('CANCEL', invite, invite.to)}${extra}Content-Length: 0\r\n\r\n`;
  return { ...invite, method: 'CANCEL', bytes: Buffer.from(text, 'utf8') };
}

function hopHead(method: string, invite: OutgoingRequest, to: string): string {
  let head = `${method} ${invite.uri} SIP/2.0\r\nVia: ${invite.via}\r\n`;
  for (const route of invite.routes) head += `Route: ${route}\r\n`;
  return (
    `${head}Max-Forwards: 70\r\nFrom: ${invite.from}\r\nTo: ${to}\r\n` +
    `Call-ID: ${invite.call_id}\r\nCSeq: ${invite.cseq} ${method}\r\n`
  );
}
