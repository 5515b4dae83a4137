import { isIP } from 'node:net';
import { formatHostPort } from '@trunkline/sip/host-port';
import { parseUri } from '@trunkline/sip/uri';
import type { SrfResponse } from './srf-types.ts';

/**
 * Where to send a request that was challenged: to the very server that did, for a name may lead to several and the nonce is its own.
 * Undefined: where the URI says, which is an address, or must be shown a certificate of its name.
 */
export function challengerOf(response: SrfResponse, uri: string): string | undefined {
  const parsed = parseUri(uri);
  if (!parsed.ok || isIP(parsed.value.host) !== 0) return undefined;
  const transport = parsed.value.parameters.get('transport')?.toLowerCase() ?? response.protocol;
  if (parsed.value.scheme === 'sips' || transport === 'tls') return undefined;
  const place = formatHostPort({ host: response.source_address, port: Number(response.source_port) });
  return `sip:${place}${transport === 'udp' ? '' : `;transport=${transport}`}`;
}
