import { type Binding, maxBindings } from '@trunkline/contracts/bindings';
import type { Instant } from '@trunkline/contracts/time';
import { parseUri } from '@trunkline/sip/uri';
import { uriEquals } from '@trunkline/sip/uri-equals';

/** What a REGISTER asks for, read once. */
export interface RegisterRequest {
  /** `*` removes every binding; an empty list only asks which there are. */
  readonly contacts:
    | readonly { readonly uri: string; readonly q: number | null; readonly expires: number | null }[]
    | '*';
  /** Of the Expires header; null when it is absent. */
  readonly expires: number | null;
  readonly sip_call_id: string;
  readonly cseq: number;
  /** Where the request came from, as a SIP URI; null when that is where its Contact says. */
  readonly next_hop: (contact: string) => string | null;
  /** Values of Path (RFC 3327), the nearest to us first. Absent: none. */
  readonly path?: readonly string[];
}

export type RegisterResult =
  | { readonly kind: 'bindings'; readonly bindings: readonly Binding[] }
  | { readonly kind: 'refused'; readonly status: 400 | 403 | 423 | 500; readonly reason: string };

/** Seconds. Shorter would be traffic without use, longer would outlive what it names. */
export const registrarExpires = { least: 60, usual: 600, most: 3_600 } as const;

const refused = (status: 400 | 403 | 423 | 500, reason: string): RegisterResult => ({
  kind: 'refused',
  status,
  reason,
});

/** RFC 3261 §10.3, steps 6 to 8: the bindings after the request, all of its changes or none. */
export function updateBindings(present: readonly Binding[], request: RegisterRequest, now: Instant): RegisterResult {
  const live = present.filter(({ expires_at }) => expires_at > now);
  if (request.contacts === '*') {
    if (request.expires !== 0) return refused(400, 'A Contact of * goes with Expires: 0');
    const isOld = live.some((binding) => isOutOfOrder(binding, request));
    return isOld ? refused(500, 'Out of order') : { kind: 'bindings', bindings: [] };
  }
  let bindings = live;
  for (const contact of request.contacts) {
    const uri = parseUri(contact.uri);
    if (!uri.ok) return refused(400, 'A Contact is no SIP URI');
    const asked_s = contact.expires ?? request.expires ?? registrarExpires.usual;
    if (asked_s > 0 && asked_s < registrarExpires.least) return refused(423, 'Interval Too Brief');
    const same = bindings.find((binding) => {
      const other = parseUri(binding.contact);
      return other.ok && uriEquals(uri.value, other.value);
    });
    // Step 7: a request that was overtaken by a later one of the same user agent changes nothing.
    if (same !== undefined && isOutOfOrder(same, request)) return refused(500, 'Out of order');
    bindings = bindings.filter((binding) => binding !== same);
    if (asked_s === 0) continue;
    const { sip_call_id, cseq } = request;
    const granted_s = Math.min(asked_s, registrarExpires.most);
    bindings = [
      ...bindings,
      {
        contact: contact.uri,
        q: contact.q ?? 1,
        expires_at: (now + granted_s * 1_000) as Instant,
        sip_call_id,
        cseq,
        next_hop: request.next_hop(contact.uri),
        ...(request.path === undefined || request.path.length === 0 ? {} : { path: [...request.path] }),
      },
    ];
  }
  if (bindings.length > maxBindings) return refused(403, `More than ${maxBindings} Contacts`);
  return { kind: 'bindings', bindings };
}

function isOutOfOrder(binding: Binding, request: RegisterRequest): boolean {
  return binding.sip_call_id === request.sip_call_id && request.cseq <= binding.cseq;
}

/** The order in which to call: by q, and of equals the one that registered last (it is the one most likely to be there). */
export function inOrderOfCalling(bindings: readonly Binding[], now: Instant): Binding[] {
  return bindings
    .filter(({ expires_at }) => expires_at > now)
    .sort((one, other) => other.q - one.q || other.expires_at - one.expires_at);
}
