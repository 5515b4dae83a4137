import type { SipRequest } from '@trunkline/sip/message';
import { nextHop } from '../resolve/next-hop.ts';
import type { ClientUser } from '../transaction/client-transaction.ts';
import type { Core } from './core.ts';
import type { SendResult } from './send-in-dialog.ts';
import { type ComposeFor, sendOver, type Way } from './send-over.ts';

/**
 * Sends a request over this way, or, where it is too large for UDP (RFC 3261 §18.1.1), over TCP if the far end takes a
 * connection. A promise only for a large one. That section has no exception for a URI with transport=udp; here it has one:
 * whoever writes that means it.
 */
export function sendSized(
  core: Core,
  way: Way,
  request: {
    readonly draft: SipRequest;
    readonly uri: string;
    readonly compose: ComposeFor;
    readonly user: ClientUser;
  },
): SendResult | Promise<SendResult> {
  const { draft, uri, compose, user } = request;
  const { transports } = core;
  const mayBeLarge = way.flow.transport === 'udp' && !transports.surelyFitsUdp(roughBytes(draft));
  if (!mayBeLarge || asksForUdp(uri)) return sendOver(core, way, compose, user);
  const stream = transports.insteadOf(way.flow, compose(way.flow)?.bytes.length ?? 0);
  if (stream === undefined) return sendOver(core, way, compose, user);
  return stream.then((flow) => sendOver(core, flow === undefined ? way : { ...way, flow }, compose, user));
}

/** Without the fields that are ours, and cheap to know: every request passes here. */
function roughBytes({ headers, body, uri }: SipRequest): number {
  let bytes = body.length + uri.length;
  for (const { name, value } of headers) bytes += name.length + value.length + 4;
  return bytes;
}

function asksForUdp(uri: string): boolean {
  const result = nextHop(uri);
  return result.ok && result.hop.transport === 'udp';
}
