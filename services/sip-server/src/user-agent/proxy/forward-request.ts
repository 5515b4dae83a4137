import type { Headers } from '@trunkline/sip/headers';
import { formatUri, parseUri } from '@trunkline/sip/uri';
import { applicationHeaders, withBody } from '../../compose/application-headers.ts';
import type { Arrival } from '../../transaction/arrival.ts';
import type { OutgoingRequest } from '../../transaction/outgoing-request.ts';

/** What a proxy puts on a request that it passes on, RFC 3261 §16.6. */
export interface ForwardFrame {
  readonly uri: string;
  readonly routes: readonly string[];
  readonly branch: string;
  readonly via_transport: string;
  /** `host:port` that the request leaves from. */
  readonly host_port: string;
  /** Values for Record-Route, topmost first. */
  readonly record_routes: readonly string[];
  /** The application's header fields: each takes the place of those of its name. */
  readonly added: Headers;
}

/** Fields that an application may not change in a request that is somebody else's. */
const THEIRS: ReadonlySet<string> = new Set(['contact', 'proxy-authorization', 'authorization', 'max-forwards']);

/** §16.6 steps 1 to 8: a copy with another Request-URI, one hop less, our Record-Route and our Via on top. */
export function forwardRequest({ request, vias, call_id, cseq }: Arrival, frame: ForwardFrame): OutgoingRequest {
  const { method, headers, body } = request;
  const via = `SIP/2.0/${frame.via_transport} ${frame.host_port};branch=${frame.branch};rport`;
  let head = `${method} ${frame.uri} SIP/2.0\r\nVia: ${via}\r\n`;
  for (const value of vias) head += `Via: ${value}\r\n`;
  for (const value of frame.record_routes) head += `Record-Route: ${value}\r\n`;
  for (const value of frame.routes) head += `Route: ${value}\r\n`;
  head += `Max-Forwards: ${hopsLeft(headers) - 1}\r\n`;
  const added = frame.added.clone();
  for (const name of THEIRS) added.delete(name);
  for (const { name, key, value } of headers) {
    if (key === 'via' || key === 'route' || key === 'max-forwards' || key === 'content-length') continue;
    if (!added.has(key) || DIALOG_FIELDS.has(key)) head += `${name}: ${value}\r\n`;
  }
  head += applicationHeaders(added, frame.host_port);
  const from = headers.get('from') ?? '';
  const to = headers.get('to') ?? '';
  const { uri, branch, routes } = frame;
  return { method, uri, branch, via, from, to, call_id, cseq, routes, bytes: withBody(head, body) };
}

/** What `applicationHeaders` leaves out of an application's fields stays as it came. */
const DIALOG_FIELDS: ReadonlySet<string> = new Set(['record-route', 'call-id', 'cseq', 'from', 'to', 'rseq']);

/** RFC 3261 §16.6 step 3: 70 where the field is missing. */
export function hopsLeft(headers: Headers): number {
  const value = Number(headers.get('max-forwards') ?? '70');
  return Number.isInteger(value) ? value : 70;
}

/** A destination without user part is a place to find the same user at: it gets that of the original Request-URI. */
export function targetUri(destination: string, original: string): string {
  const target = parseUri(destination);
  const asked = parseUri(original);
  if (!target.ok || !asked.ok || target.value.user !== undefined || asked.value.user === undefined) return destination;
  return formatUri({ ...target.value, user: asked.value.user });
}
