import { parseUri } from '@trunkline/sip/uri';

/** Where a message goes to or came from. */
export interface Remote {
  readonly transport: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
}

const usualPort = 5_060;

/** Of a SIP URI whose host is an address (peers resolve no names); undefined when it is not one we can reach. */
export function remoteOf(uri: string): Remote | undefined {
  const parsed = parseUri(uri);
  if (!parsed.ok) return undefined;
  const { host, port, parameters } = parsed.value;
  const transport = parameters.get('transport')?.toLowerCase() ?? 'udp';
  if (transport !== 'udp' && transport !== 'tcp') return undefined;
  return { transport, address: host, port: port ?? usualPort };
}
