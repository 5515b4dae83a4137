import { parseVia } from '@trunkline/sip/via';
import { expect, it } from 'vitest';
import { responseTarget } from './response-target.ts';

const source = { address: '198.51.100.7', port: 40_000 };

it.each([
  ['SIP/2.0/UDP 10.0.0.1:5062;rport', 'udp', '198.51.100.7', 40_000],
  ['SIP/2.0/UDP 10.0.0.1:5062', 'udp', '198.51.100.7', 5_062],
  ['SIP/2.0/UDP gw.example', 'udp', '198.51.100.7', 5_060],
  ['SIP/2.0/UDP gw.example;maddr=192.0.2.9', 'udp', '192.0.2.9', 5_060],
  ['SIP/2.0/TCP 10.0.0.1:5062;rport', 'tcp', '198.51.100.7', 5_062],
  ['SIP/2.0/TLS gw.example', 'tls', '198.51.100.7', 5_061],
] as const)('a response to %s over %s goes to %s:%i', (text, transport, address, port) => {
  const via = parseVia(text);
  if (!via.ok) throw new Error(via.reason);
  expect(responseTarget(via.value, transport, source)).toEqual({ address, port });
});
