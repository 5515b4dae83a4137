import { Headers } from '@trunkline/sip/headers';
import { sipRequest, sipResponse } from '@trunkline/sip/message';
import { describe, expect, it } from 'vitest';
import { applicationHeaders, localize } from './application-headers.ts';
import { composeRequest } from './compose-request.ts';

describe('applicationHeaders', () => {
  it('leaves out what is ours, spells names, and localizes addresses', () => {
    const headers = Headers.of([
      ['via', 'forged'],
      ['Route', '<sip:evil;lr>'],
      ['content-length', '999'],
      ['RSeq', '1'],
      ['contact', 'sip:me@localhost'],
      ['user-agent', 'x'],
      ['p-charge-info', '<sip:a@localhost>'],
      ['x-own', 'kept'],
      ['X-oWn-Two', 'kept'],
    ]);
    expect(applicationHeaders(headers, '192.0.2.1:5060')).toBe(
      'Contact: sip:me@192.0.2.1:5060\r\nUser-Agent: x\r\nP-Charge-Info: <sip:a@localhost>\r\nx-own: kept\r\nX-oWn-Two: kept\r\n',
    );
  });

  it.each([
    ['<sip:a@localhost>;tag=1', '<sip:a@192.0.2.1:5060>;tag=1'],
    ['sip:a@localhost', 'sip:a@192.0.2.1:5060'],
    ['<sip:a@localhost:5080>', '<sip:a@192.0.2.1:5080>'],
    ['<sip:a@localhost.example>', '<sip:a@localhost.example>'],
    ['<sip:a@localhost>, <sip:b@localhost>', '<sip:a@192.0.2.1:5060>, <sip:b@192.0.2.1:5060>'],
  ])('localize %s', (value, expected) => {
    expect(localize(value, '192.0.2.1:5060')).toBe(expected);
  });
});

describe('composeRequest', () => {
  const frame = {
    uri: 'sip:b@192.0.2.2',
    branch: 'z9hG4bKx',
    via_transport: 'UDP',
    host_port: '192.0.2.1:5060',
    from: '<sip:a@b>;tag=1',
    to: '<sip:b@a>',
    call_id: 'c',
    cseq: 3,
    routes: ['<sip:p;lr>'],
    contact: '<sip:192.0.2.1:5060>',
  };

  it('writes every field once, and the length of the body in bytes', () => {
    const draft = sipRequest(
      'INVITE',
      'sip:b@192.0.2.2',
      Headers.of([
        ['cseq', '9 INVITE'],
        ['x-a', '1'],
      ]),
      'v=0\r\n€',
    );
    expect(composeRequest(draft, frame)?.bytes.toString()).toBe(
      'INVITE sip:b@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;rport\r\nRoute: <sip:p;lr>\r\n' +
        'Max-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@a>\r\nCall-ID: c\r\nCSeq: 3 INVITE\r\n' +
        'Contact: <sip:192.0.2.1:5060>\r\nx-a: 1\r\nContent-Type: application/sdp\r\nContent-Length: 8\r\n\r\nv=0\r\n€',
    );
  });

  it('knows no type for a body that is no session description', () => {
    expect(composeRequest(sipRequest('MESSAGE', 'sip:b', new Headers(), 'hi'), frame)).toBeUndefined();
    expect(sipResponse(200, 'OK', new Headers()).body.length).toBe(0);
  });
});

describe('a Contact at localhost', () => {
  it.each([
    ['<sip:app@localhost>', 'udp', '<sip:app@192.0.2.1:5060>'],
    ['<sip:app@localhost>', 'tls', '<sip:app@192.0.2.1:5060;transport=tls>'],
    ['"App" <sip:app@localhost;x=1>;q=0.5', 'tcp', '"App" <sip:app@192.0.2.1:5060;x=1;transport=tcp>;q=0.5'],
    ['<sip:app@localhost?Subject=x>', 'tcp', '<sip:app@192.0.2.1:5060;transport=tcp?Subject=x>'],
    ['sip:app@localhost', 'tls', '<sip:app@192.0.2.1:5060;transport=tls>'],
    ['sip:app@localhost;expires=60', 'tcp', '<sip:app@192.0.2.1:5060;transport=tcp>;expires=60'],
    ['<sip:app@localhost;transport=tcp>', 'tls', '<sip:app@192.0.2.1:5060;transport=tcp>'],
    ['<sips:app@localhost>', 'tls', '<sips:app@192.0.2.1:5060>'],
    ['<sip:app@example.com>', 'tls', '<sip:app@example.com>'],
  ])('%s over %s is %s', (contact, transport, expected) => {
    const headers = Headers.of([['Contact', contact]]);
    expect(applicationHeaders(headers, '192.0.2.1:5060', transport)).toBe(`Contact: ${expected}\r\n`);
  });
});
