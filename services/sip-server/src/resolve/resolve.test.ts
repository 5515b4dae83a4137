import { describe, expect, it } from 'vitest';
import type { TransportName } from '../transport/endpoint.ts';
import { literalTarget, nextHop } from './next-hop.ts';
import { orderSrv } from './order-srv.ts';
import { resolveTargets } from './resolve-targets.ts';
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

describe('resolveTargets, RFC 3263 §4', () => {
  const record = (name: string, port: number, priority = 1, weight = 1) => ({ name, port, priority, weight });
  const resolver: Resolver = {
    naptr: async (name) =>
      name === 'both.example'
        ? [
            { order: 2, preference: 1, flags: 's', service: 'SIP+D2U', replacement: '_sip._udp.carrier.example' },
            { order: 1, preference: 1, flags: 'S', service: 'sip+d2t', replacement: '_sip._tcp.carrier.example' },
            { order: 0, preference: 1, flags: 'u', service: 'E2U+sip', replacement: '' },
          ]
        : [],
    srv: async (name) => {
      if (name === '_sip._udp.closed.example') return [record('.', 0)];
      if (name !== '_sip._tcp.carrier.example') return [];
      return [
        record('late.carrier.example', 5_082, 9),
        record('dead.carrier.example', 5_080),
        record('gw.carrier.example', 5_081, 5),
      ];
    },
    addresses: async (name) => {
      if (name === 'gw.carrier.example') return ['2001:db8::5', '192.0.2.5'];
      if (name === 'late.carrier.example') return ['192.0.2.7', '192.0.2.8'];
      return name === 'carrier.example' || name === 'closed.example' ? ['192.0.2.6'] : [];
    },
  };
  const only4 = (_transport: TransportName, family: 4 | 6): boolean => family === 4;
  const hop = (uri: string) => {
    const result = nextHop(uri);
    if (!result.ok) throw new Error(result.reason);
    return result.hop;
  };
  const gateways = ['tcp 192.0.2.5:5081', 'tcp 192.0.2.7:5082', 'tcp 192.0.2.8:5082'];

  it.each([
    ['sip:x@carrier.example;transport=tcp', gateways],
    // UDP has no SRV record here; those of TCP are better than a bare address.
    ['sip:x@carrier.example', gateways],
    ['sip:x@both.example', gateways],
    ['sip:x@carrier.example:5070', ['udp 192.0.2.6:5070']],
    ['sip:x@gw.carrier.example', ['udp 192.0.2.5:5060']],
    ['sip:x@closed.example', ['udp 192.0.2.6:5060']],
    ['sip:x@nowhere.example', []],
  ])('%s', async (uri, expected) => {
    const targets = await resolveTargets(hop(uri), resolver, only4, () => 0);
    expect(targets.map(({ transport, address, port }) => `${transport} ${address}:${port}`)).toEqual(expected);
    expect(targets.every(({ name }) => name === hop(uri).host)).toBe(true);
  });
});

describe('orderSrv, RFC 2782', () => {
  const records = [
    { name: 'b', port: 1, priority: 2, weight: 0 },
    { name: 'heavy', port: 1, priority: 1, weight: 90 },
    { name: 'light', port: 1, priority: 1, weight: 10 },
    { name: 'never', port: 1, priority: 1, weight: 0 },
  ];
  const first = (dice: number): string | undefined => orderSrv(records, () => dice)[0]?.name;

  it('takes the lowest priority first, and within it by weight', () => {
    expect([first(0), first(0.05), first(0.5), first(0.999)]).toEqual(['never', 'light', 'heavy', 'heavy']);
    expect(orderSrv(records, () => 0.999).map(({ name }) => name)).toEqual(['heavy', 'light', 'never', 'b']);
  });

  it('chooses as often as the weights say', () => {
    const counts = new Map<string, number>();
    for (let step = 0; step < 1_000; step += 1) {
      const name = first(step / 1_000) ?? '';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect(counts.get('heavy')).toBeGreaterThan(850);
    expect(counts.get('light')).toBeGreaterThan(80);
  });
});
