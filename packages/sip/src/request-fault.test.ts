import { describe, expect, it } from 'vitest';
import { Headers } from './headers.ts';
import { sipRequest } from './message.ts';
import { requestFault } from './request-fault.ts';

const request = (method: string, uri: string, more: readonly (readonly [string, string])[] = []) => {
  const headers = Headers.of([
    ['From', '<sip:a@b>;tag=1'],
    ['To', '<sip:b@a>'],
  ]);
  for (const [name, value] of more) headers.set(name, value);
  return sipRequest(method, uri, headers);
};

describe('requestFault', () => {
  it.each([
    ['sip', request('INVITE', 'sip:a@b')],
    ['tel', request('INVITE', 'tel:+15551')],
    ['an emergency service', request('INVITE', 'urn:service:sos')],
    ['all bindings', request('REGISTER', 'sip:b', [['Contact', '*']])],
    ['a Contact that nothing asks for', request('OPTIONS', 'sip:b', [['Contact', 'nonsense']])],
    ['extensions of the registry, in any case', request('INVITE', 'sip:b', [['Require', '100rel, TIMER']])],
    ['a To that is no SIP URI, but for REGISTER', request('INVITE', 'sip:b', [['To', '<isbn:1>']])],
  ])('finds nothing wrong with %s', (_what, found) => {
    expect(requestFault(found)).toBeUndefined();
  });

  it.each([
    ['no scheme', request('INVITE', 'bob'), 400, 'malformed Request-URI'],
    ['a broken host', request('INVITE', 'sip:a@b:99999'), 400, 'malformed Request-URI'],
    ['header fields in the Request-URI', request('INVITE', 'sip:a@b?c=d'), 400, 'malformed Request-URI'],
    ['an unknown scheme', request('INVITE', 'soap.beep://a'), 416, 'unsupported URI scheme'],
    ['a broken From', request('INVITE', 'sip:b', [['From', '"a <sip:a@b>']]), 400, 'malformed From'],
    ['a broken To', request('INVITE', 'sip:b', [['To', '<sip:a@b']]), 400, 'malformed To'],
    ['a To that names no SIP user', request('REGISTER', 'sip:b', [['To', '<isbn:1>']]), 400, 'To is not a SIP URI'],
    [
      'one broken binding of two',
      request('REGISTER', 'sip:b', [['Contact', '<sip:a@b>, x']]),
      400,
      'malformed Contact',
    ],
    ['a broken remote target', request('INVITE', 'sip:b', [['Contact', 'sip:a@b?c']]), 400, 'malformed Contact'],
  ])('finds %s', (_what, found, status, reason) => {
    expect(requestFault(found)).toEqual({ status, reason });
  });

  it('names the extensions that nobody supports, and no others', () => {
    const found = request('INVITE', 'sip:b', [['Require', 'timer, made-up, 100rel, also-made-up']]);
    expect(requestFault(found)).toMatchObject({ status: 420, unsupported: ['made-up', 'also-made-up'] });
  });
});
