import type { RegisterRequest } from '@trunkline/policy/registrar-update';
import { routedBy } from '@trunkline/policy/route-set';
import { formatHostPort } from '@trunkline/sip/host-port';
import { parseNameAddr } from '@trunkline/sip/name-addr';
import { splitList } from '@trunkline/sip/split-list';
import { parseUri } from '@trunkline/sip/uri';
import type { IncomingRegister } from '../registrar/incoming-register.ts';
import { challengeHeaders } from './challenge-headers.ts';
import type { SipLink } from './sip-link.ts';
import type { SrfRequest, SrfResponse } from './srf-types.ts';
import { userOfAddress } from './user-part.ts';

/** More Contacts than this in one REGISTER are nobody's. */
const maxContacts = 20;

/** Proxies on the way, and characters of one: what a binding has room for. */
const maxPath = 8;
const maxPathValue = 512;

/** Parses a REGISTER once; nobody after this reads the message. */
export function incomingRegister(link: SipLink, request: SrfRequest, response: SrfResponse): IncomingRegister {
  let ban: Record<string, string> = {};
  return {
    ban: (seconds) => {
      ban = link.ban(seconds);
    },
    address: request.source_address,
    to_user: userOfAddress(request.get('To')),
    authorization: request.get('Authorization') ?? null,
    request: readRequest(request),
    challenge: (www_authenticate) =>
      response.send(401, 'Unauthorized', { headers: challengeHeaders(www_authenticate) }, () => {}),
    respond: (status, reason, headers) => response.send(status, reason, { headers: { ...headers, ...ban } }, () => {}),
  };
}

function readRequest(request: SrfRequest): RegisterRequest | null {
  const cseq = Number.parseInt(request.get('CSeq') ?? '', 10);
  const sip_call_id = request.get('Call-ID') ?? '';
  const contacts = readContacts(request.get('Contact'));
  if (Number.isNaN(cseq) || sip_call_id === '' || contacts === null) return null;
  const source = {
    host: request.source_address,
    port: Number(request.source_port),
    transport: request.protocol,
  };
  const expires = seconds(request.get('Expires'));
  const path = readPath(request.get('Path'));
  if (path === null) return null;
  const wayBack = path.length > 0 ? () => null : (contact: string) => nextHop(contact, source);
  return { contacts, expires, sip_call_id, cseq, path, next_hop: wayBack };
}

function readContacts(header: string | undefined): RegisterRequest['contacts'] | null {
  if (header === undefined) return [];
  if (header.trim() === '*') return '*';
  const fields = splitList(header);
  if (fields.length > maxContacts) return null;
  const contacts = fields.map(parseNameAddr).map((parsed) => {
    if (!parsed.ok) return null;
    const { uri, parameters } = parsed.value;
    const q = Number.parseFloat(parameters.get('q') ?? '');
    return { uri, q: q >= 0 && q <= 1 ? q : null, expires: seconds(parameters.get('expires')) };
  });
  return contacts.some((contact) => contact === null) ? null : contacts.filter((contact) => contact !== null);
}

/** RFC 3327 §5.3. Null when it is no list of SIP addresses: who cannot be called is not to be registered. */
function readPath(header: string | undefined): readonly string[] | null {
  const values = header === undefined ? [] : splitList(header);
  const isWhole = values.length <= maxPath && values.every((value) => value.length <= maxPathValue);
  return values.length === 0 || (isWhole && routedBy(values).route !== undefined) ? values : null;
}

/** RFC 3581, RFC 5626 §5.3: to where the REGISTER came from, unless that is where its Contact says. */
function nextHop(contact: string, source: { host: string; port: number; transport: string }): string | null {
  const parsed = parseUri(contact);
  const isSame = parsed.ok && parsed.value.host === source.host && (parsed.value.port ?? 5_060) === source.port;
  if (isSame) return null;
  const transport = source.transport === 'udp' ? '' : `;transport=${source.transport}`;
  return `sip:${formatHostPort({ host: source.host, port: source.port })}${transport}`;
}

function seconds(value: string | undefined): number | null {
  const digits = /^\s*(\d{1,10})/.exec(value ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}
