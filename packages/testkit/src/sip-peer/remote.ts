import { parseUri } from '@trunkline/sip/uri';

/** Where a message goes to or came from. */
export interface Remote {
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly address: string;
  readonly port: number;
}

const usualPort = 5_060;
const usualTlsPort = 5_061;

/** Of a SIP URI whose host is an address (peers resolve no names); undefined when it is not one we can reach. */
export function remoteOf(uri: string): Remote | undefined {
  const parsed = parseUri(uri);
  if (!parsed.ok) return undefined;
  const { scheme, host, port, parameters } = parsed.value;
  const transport = scheme === 'sips' ? 'tls' : (parameters.get('transport')?.toLowerCase() ?? 'udp');
  if (transport !== 'udp' && transport !== 'tcp' && transport !== 'tls') return undefined;
  return { transport, address: host, port: port ?? (transport === 'tls' ? usualTlsPort : usualPort) };
}
