import type { Transport } from '@trunkline/contracts/trunk';
import { transports } from '@trunkline/contracts/trunk';
import { callerText } from '@trunkline/policy/caller-text';
import type { ReceivedInvite } from '@trunkline/policy/received-invite';
import { tagOf } from '@trunkline/sip/name-addr';
import type { IncomingInvite } from '../admission/incoming-invite.ts';
import { challengeHeaders } from './challenge-headers.ts';
import { DrachtioLegA, refuse } from './leg-a.ts';
import { readIdentity } from './read-identity.ts';
import type { SipLink } from './sip-link.ts';
import type { SrfRequest, SrfResponse } from './srf-types.ts';
import { userOfAddress, userOfUri } from './user-part.ts';

/** More, or longer ones, are not passed on. */
const maxExtensionHeaders = 16;
const maxExtensionHeaderLength = 512;

/** Parses an INVITE outside a dialog once; nobody after this reads the message. */
export function incomingInvite(link: SipLink, request: SrfRequest, response: SrfResponse): IncomingInvite {
  const body = request.body ?? '';
  let ban: Record<string, string> = {};
  return {
    invite: receivedInvite(request),
    sip_call_id: request.get('Call-ID') ?? '',
    dialog_id: dialogId(request),
    offer: body === '' ? null : body,
    extension_headers: extensionHeaders(request),
    ban: (seconds) => {
      ban = link.ban(seconds);
    },
    challenge: (www_authenticate) =>
      response.send(401, 'Unauthorized', { headers: { ...challengeHeaders(www_authenticate), ...ban } }, () => {}),
    refuse: (status, cause) => refuse(response, status, cause, ban),
    accept: (report) => new DrachtioLegA(link, request, response, report),
  };
}

/** As the SIP server will name the dialog that this INVITE may open. */
function dialogId(request: SrfRequest): string {
  return `${request.get('Call-ID') ?? ''};from-tag=${tagOf(request.get('From') ?? '') ?? ''}`;
}

function receivedInvite(request: SrfRequest): ReceivedInvite {
  const max_forwards = Number.parseInt(request.get('Max-Forwards') ?? '', 10);
  const from_user = callerOf(request.get('From'));
  const identity = readIdentity((name) => request.get(name));
  return {
    source: {
      address: request.source_address,
      port: Number(request.source_port),
      transport: transports.find((transport): transport is Transport => transport === request.protocol) ?? 'udp',
    },
    method: request.method,
    request_uri: request.uri,
    called: userOfUri(request.uri),
    to: userOfAddress(request.get('To')),
    caller: identity.asserted ?? identity.preferred ?? from_user,
    from_user,
    identity,
    authorization: request.get('Authorization') ?? request.get('Proxy-Authorization') ?? null,
    max_forwards: Number.isNaN(max_forwards) ? null : max_forwards,
  };
}

/** RFC 3323 §4.1.1.3: an anonymous URI is nobody's. */
function callerOf(from: string | undefined): string | null {
  const user = userOfAddress(from);
  return callerText(user) === null || /@anonymous\.invalid\b/i.test(from ?? '') ? null : user;
}

/** Without ours: nobody outside may speak in our name. */
function extensionHeaders(request: SrfRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (Object.keys(headers).length >= maxExtensionHeaders) break;
    if (!/^x-/i.test(name) || /^x-trunkline-/i.test(name)) continue;
    if (typeof value === 'string' && value.length <= maxExtensionHeaderLength) headers[name] = value;
  }
  return headers;
}
