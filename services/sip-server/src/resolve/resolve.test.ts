import { describe, expect, it } from 'vitest';
import type { TransportName } from '../transport/endpoint.ts';
import { literalTarget, nextHop } from './next-hop.ts';
import { resolveTarget } from './resolve-target.ts';
import type { Resolver } from './resolver.ts';

describe('nextHop and literalTarget', () => {
  it.each([
    ['sip:bob@192.0.2.1', { transport: 'udp', address: '192.0.2.1', port: 5_060 }],
    ['sip:bob@192.0.2.1:5070;transport=TCP', { transport: 'tcp', address: '192.0.2.1', port: 5_070 }],
    ['sips:bob@192.0.2.1', { transport: 'tls', address: '192.0.2.1', port: 5_061 }],
    ['sip:bob@[2001:db8::1]', { transport: 'udp', address: '2001:db8::1', port: 5_060 }],
    ['sip:bob@gw.example;maddr=192.0.2.9', { transport: 'udp', address: '192.0.2.9', port: 5_060 }],
    ['sip:bob@gw.example', undefined],
  ])('%s', (uri, target) => {
    const result = nextHop(uri);
    if (!result.ok) throw new Error(result.reason);
    expect(literalTarget(result.hop)).toEqual(target);
  });

  it.each([
    ['tel:+123', 'invalid request-uri: not a SIP URI'],
    ['sip:bob@192.0.2.1;transport=sctp', 'requested protocol/transport not available'],
  ])('%s: %s', (uri, reason) => {
    expect(nextHop(uri)).toEqual({ ok: false, reason });
  });
});

describe('resolveTarget, RFC 3263 §4', () => {
  const resolver: Resolver = {
    srv: async (name) =>
      name === '_sip._tcp.carrier.example'
        ? [
            { name: 'dead.carrier.example', port: 5_080 },
            { name: 'gw.carrier.example', port: 5_081 },
          ]
        : [],
    addresses: async (name) => {
      if (name === 'gw.carrier.example') return ['2001:db8::5', '192.0.2.5'];
      return name === 'carrier.example' ? ['192.0.2.6'] : [];
    },
  };
  const only4 = (_transport: TransportName, family: 4 | 6): boolean => family === 4;
  const hop = (uri: string) => {
    const result = nextHop(uri);
    if (!result.ok) throw new Error(result.reason);
    return result.hop;
  };

  it.each([
    ['sip:x@carrier.example;transport=tcp', { transport: 'tcp', address: '192.0.2.5', port: 5_081 }],
    // UDP has no SRV record here; the one of TCP is better than a bare address.
    ['sip:x@carrier.example', { transport: 'tcp', address: '192.0.2.5', port: 5_081 }],
    ['sip:x@carrier.example:5070', { transport: 'udp', address: '192.0.2.6', port: 5_070 }],
    ['sip:x@gw.carrier.example', { transport: 'udp', address: '192.0.2.5', port: 5_060 }],
    ['sip:x@nowhere.example', undefined],
  ])('%s', async (uri, target) => {
    const named = target && { ...target, name: hop(uri).host };
    expect(await resolveTarget(hop(uri), resolver, only4)).toEqual(named);
  });
});
