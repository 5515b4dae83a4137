import { parseUri } from '@trunkline/sip/uri';
import { defaultPort, type TransportName, transportNames } from '../transport/endpoint.ts';
import { ipFamily } from '../transport/ip-family.ts';
import type { Target } from '../transport/transport-layer.ts';

/** What a URI says about where to send to, before any name is looked up (RFC 3263 §4). */
export interface NextHop {
  readonly host: string;
  readonly port: number | undefined;
  /** Absent when the URI leaves it open. */
  readonly transport: TransportName | undefined;
}

export type NextHopResult =
  | { readonly ok: true; readonly hop: NextHop }
  | { readonly ok: false; readonly reason: string };

export function nextHop(uri: string): NextHopResult {
  const parsed = parseUri(uri);
  if (!parsed.ok) return { ok: false, reason: `invalid request-uri: ${parsed.reason}` };
  const { scheme, host, port, parameters } = parsed.value;
  const named = parameters.get('transport')?.toLowerCase();
  const transport = transportNames.find((name) => name === named);
  if (named !== undefined && transport === undefined) {
    return { ok: false, reason: 'requested protocol/transport not available' };
  }
  const secure = scheme === 'sips' ? 'tls' : undefined;
  const maddr = parameters.get('maddr');
  return { ok: true, hop: { host: maddr || host, port, transport: secure ?? transport } };
}

/** The target when no name needs to be looked up, as for nearly every request. */
export function literalTarget({ host, port, transport = 'udp' }: NextHop): Target | undefined {
  if (ipFamily(host) === 0) return undefined;
  return { transport, address: host, port: port ?? defaultPort(transport) };
}
