import { describe, expect, it } from 'vitest';
import { gatewayUri, hostPort, withUser } from './target-uri.ts';

describe('the URI of a gateway', () => {
  it.each([
    ['+4930123456', '203.0.113.7', 'udp', 'sip:+4930123456@203.0.113.7:5060'],
    ['+4930123456', '203.0.113.7', 'tcp', 'sip:+4930123456@203.0.113.7:5060;transport=tcp'],
    ['030123456', 'sip.example', 'tls', 'sip:030123456@sip.example:5060;transport=tls'],
    ['*98#', '2001:db8::7', 'udp', 'sip:*98%23@[2001:db8::7]:5060'],
    ['a b;c@d"é', 'h', 'udp', 'sip:a%20b%3Bc%40d%22%C3%A9@h:5060'],
  ] as const)('for %s at %s over %s is %s', (user, host, transport, uri) => {
    expect(gatewayUri(user, { host, port: 5060 }, transport)).toBe(uri);
  });
});

it('is the name alone where SRV records tell the port', () => {
  const place = { host: 'sip.example', port: 5060, srv: true };
  expect(gatewayUri('1', place, 'udp')).toBe('sip:1@sip.example');
  expect(gatewayUri('1', place, 'tls')).toBe('sip:1@sip.example;transport=tls');
  expect(hostPort(place)).toBe('sip.example');
});

describe('the URI of an agent', () => {
  it.each([
    ['sip:agent.example', 'sip:+49301@agent.example'],
    ['sips:agent.example:5061;transport=tcp', 'sips:+49301@agent.example:5061;transport=tcp'],
    ['SIP:[2001:db8::1]:5060', 'SIP:+49301@[2001:db8::1]:5060'],
    ['sip:bot@agent.example', 'sip:bot@agent.example'],
    ['tel:+49301', 'tel:+49301'],
  ])('%s is called as %s', (uri, called) => {
    expect(withUser(uri, '+49301')).toBe(called);
  });
});
