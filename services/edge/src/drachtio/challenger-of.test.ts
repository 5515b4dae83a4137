import { expect, it } from 'vitest';
import { challengerOf } from './challenger-of.ts';
import type { SrfResponse } from './srf-types.ts';

const from = (source_address: string, protocol = 'udp') =>
  ({ source_address, source_port: '5070', protocol }) as unknown as SrfResponse;

it.each([
  ['an address needs no other place', 'sip:1@192.0.2.1:5060', from('192.0.2.1'), undefined],
  ['nor does an IPv6 address', 'sip:1@[2001:db8::1]:5060', from('2001:db8::1'), undefined],
  ['a name is the one that challenged', 'sip:1@carrier.example', from('192.0.2.1'), 'sip:192.0.2.1:5070'],
  [
    'with its transport',
    'sip:1@c.example;transport=tcp',
    from('2001:db8::1', 'tcp'),
    'sip:[2001:db8::1]:5070;transport=tcp',
  ],
  ['which the URI may leave open', 'sip:1@c.example', from('192.0.2.1', 'tcp'), 'sip:192.0.2.1:5070;transport=tcp'],
  ['TLS asks for a certificate of the name', 'sip:1@c.example;transport=tls', from('192.0.2.1', 'tls'), undefined],
])('%s', (_, uri, response, expected) => {
  expect(challengerOf(response, uri)).toBe(expected);
});
