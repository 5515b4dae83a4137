import { describe, expect, it } from 'vitest';
import { isNatted, isPrivateAddress } from './is-natted.ts';
import { routeRequest } from './route-request.ts';

describe('routeRequest, RFC 3261 §12.2.1.1', () => {
  const remote_target = 'sip:bob@192.0.2.4';

  it('goes straight to the remote target without a route set', () => {
    expect(routeRequest({ route_set: [], remote_target })).toEqual({
      uri: remote_target,
      routes: [],
      next: remote_target,
    });
  });

  it('through loose routers keeps the remote target as Request-URI', () => {
    const route_set = ['<sip:p1.example;lr>', '<sip:p2.example;lr>'];
    expect(routeRequest({ route_set, remote_target })).toEqual({
      uri: remote_target,
      routes: route_set,
      next: 'sip:p1.example;lr',
    });
  });

  it('through a strict router makes it the Request-URI and puts the remote target last', () => {
    expect(routeRequest({ route_set: ['<sip:p1.example>', '<sip:p2.example;lr>'], remote_target })).toEqual({
      uri: 'sip:p1.example',
      routes: ['<sip:p2.example;lr>', `<${remote_target}>`],
      next: 'sip:p1.example',
    });
  });
});

describe('isNatted', () => {
  it.each([
    ['10.0.0.5', '198.51.100.7', true],
    ['192.168.1.5', '198.51.100.7', true],
    ['100.64.3.2', '198.51.100.7', true],
    ['fd00::1', '2001:db8::1', true],
    // A carrier that answers from one address and takes requests at another.
    ['203.0.113.9', '198.51.100.7', false],
    ['10.0.0.5', '10.0.0.6', false],
    ['127.0.0.2', '127.0.0.1', false],
    ['gw.example', '198.51.100.7', false],
  ])('Contact %s from %s: %s', (contact, source, expected) => {
    expect(isNatted(contact, source)).toBe(expected);
  });

  it.each(['172.15.0.1', '172.32.0.1', '11.0.0.1', '192.169.0.1', '100.63.0.1', '100.128.0.1', '2001:db8::1'])(
    '%s is public',
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );
});
