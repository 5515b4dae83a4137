import { parseCSeq } from '@trunkline/sip/cseq';
import type { SipRequest } from '@trunkline/sip/message';
import { tagOf } from '@trunkline/sip/name-addr';
import { malformed, type Parsed, parsed } from '@trunkline/sip/parsed';
import { splitList } from '@trunkline/sip/split-list';
import { BRANCH_COOKIE, formatVia, parseVia, type Via } from '@trunkline/sip/via';
import type { Endpoint } from '../transport/endpoint.ts';
import type { Flow } from '../transport/transport.ts';

/** A request from the network with what every layer asks of it, read once. */
export interface Arrival {
  readonly request: SipRequest;
  readonly flow: Flow;
  /** The topmost Via as received. */
  readonly via: Via;
  /** Via values for our responses, topmost first, `received` and `rport` filled in (RFC 3261 §18.2.1, RFC 3581 §4). */
  readonly vias: readonly string[];
  readonly call_id: string;
  readonly from_tag: string | undefined;
  readonly to_tag: string | undefined;
  readonly cseq: number;
}

export function readArrival(request: SipRequest, flow: Flow): Parsed<Arrival> {
  const { headers } = request;
  const { via, vias } = readVias(request, flow);
  if (!via.ok) return via;
  const cseq = parseCSeq(headers.get('cseq') ?? '');
  if (!cseq.ok) return cseq;
  const call_id = headers.get('call-id');
  if (call_id === undefined) return malformed('Call-ID is missing');
  return parsed({
    request,
    flow,
    via: via.value,
    vias,
    call_id,
    from_tag: tagOf(headers.get('from') ?? ''),
    to_tag: tagOf(headers.get('to') ?? ''),
    cseq: cseq.value.number,
  });
}

/** The topmost Via, as text and as what it says, and all of them as a response has them. A malformed one is left as it is. */
export function readVias(
  request: SipRequest,
  flow: Flow,
): { readonly top: string; readonly via: Parsed<Via>; readonly vias: readonly string[] } {
  const lines = request.headers.lines('via');
  const [top = '', ...rest] = (lines[0] ?? '').includes(',') ? splitList(lines[0] ?? '') : [lines[0] ?? ''];
  const via = parseVia(top);
  const vias = via.ok ? [answeredVia(top, via.value, flow.remote), ...rest, ...lines.slice(1)] : lines;
  return { top, via, vias };
}

/** RFC 3261 §18.2.1: `received` when sent-by is not the source address; RFC 3581 §4: with `rport` always, and its port. */
export function answeredVia(text: string, via: Via, source: Endpoint): string {
  const rport = via.parameters.get('rport');
  if (rport !== '' && via.host === source.address) return text;
  const parameters = new Map(via.parameters);
  parameters.set('received', source.address);
  if (rport === '') parameters.set('rport', String(source.port));
  return formatVia({ ...via, parameters });
}

/**
 * RFC 3261 §17.2.3: branch, sent-by and method match a request to its transaction, ACK counting as INVITE. Without the magic
 * cookie it is what RFC 2543 compared.
 */
export function serverTransactionKey({ request, via, call_id, from_tag, cseq }: Arrival, method: string): string {
  const by = method === 'ACK' ? 'INVITE' : method;
  const key = branchKey(via, by);
  if (key !== undefined) return key;
  const branch = via.parameters.get('branch') ?? '';
  return `${request.uri} ${call_id} ${from_tag ?? ''} ${cseq} ${sentBy(via)} ${branch} ${by}`;
}

/** The key of whoever follows RFC 3261; `undefined` where the branch says that he does not. */
export function branchKey(via: Via, method: string): string | undefined {
  const branch = via.parameters.get('branch') ?? '';
  // The cookie alone names nothing.
  if (!branch.startsWith(BRANCH_COOKIE) || branch.length === BRANCH_COOKIE.length) return undefined;
  return `${branch} ${sentBy(via)} ${method}`;
}

const sentBy = ({ host, port }: Via): string => (port === undefined ? host : `${host}:${port}`);
