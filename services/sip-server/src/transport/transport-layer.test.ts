import { describe, expect, it } from 'vitest';
import type { TransportName } from './endpoint.ts';
import type { Transport } from './transport.ts';
import { TransportLayer } from './transport-layer.ts';

const listener = (name: TransportName, address: string): Transport => {
  const local = { address, port: 5_060 };
  return {
    ...{ name, local, advertised: local, connections: 0 },
    start: async () => {},
    stop: async () => {},
    flowTo: () => undefined,
  };
};

const usual = listener('udp', '192.0.2.1');
const fixed = listener('udp', '192.0.2.2');
const tcp = listener('tcp', '192.0.2.1');
const six = listener('udp', '2001:db8::1');
const layer = new TransportLayer([fixed, usual, tcp, six], undefined, new Set([fixed]));

describe('the listener that a request leaves from', () => {
  it.each([
    ['the usual one', 'udp', '203.0.113.7', undefined, usual],
    ['the fixed one for who asks for it', 'udp', '203.0.113.7', 'fixed', fixed],
    ['that of the dialog', 'udp', '203.0.113.7', { address: '192.0.2.2' }, fixed],
    ['the usual one when that of the dialog is gone', 'udp', '203.0.113.7', { address: '192.0.2.9' }, usual],
    ['the only one of its protocol', 'tcp', '203.0.113.7', 'fixed', tcp],
    ['the only one of its family', 'udp', '2001:db8::7', 'fixed', six],
  ] as const)('%s', (_what, name, address, from, expected) => {
    expect(layer.find(name, address, from)).toBe(expected);
  });

  it('is the one that has the address, on loopback and the like', () => {
    const all = new TransportLayer([usual, fixed]);
    expect(all.find('udp', '192.0.2.2')).toBe(fixed);
    expect(all.find('udp', '203.0.113.7')).toBe(usual);
    expect(all.find('tls', '203.0.113.7')).toBeUndefined();
  });
});
