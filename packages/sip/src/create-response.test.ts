import { describe, expect, it } from 'vitest';
import { createResponse } from './create-response.ts';
import { formatHead } from './format-message.ts';
import { Headers } from './headers.ts';
import { sipRequest } from './message.ts';

const request = sipRequest(
  'INVITE',
  'sip:b@a',
  Headers.of([
    ['Via', 'SIP/2.0/UDP p'],
    ['v', 'SIP/2.0/UDP c'],
    ['Record-Route', '<sip:p;lr>'],
    ['From', '<sip:a@b>;tag=1'],
    ['To', '<sip:b@a>'],
    ['Call-ID', 'c'],
    ['CSeq', '7 INVITE'],
    ['Timestamp', '54'],
    ['Contact', '<sip:a@c>'],
  ]),
);

describe('createResponse, RFC 3261 §8.2.6', () => {
  it('copies to 100 the Timestamp, and puts no tag on To', () => {
    expect(formatHead(createResponse(request, 100, { toTag: 'x' }))).toBe(
      'SIP/2.0 100 Trying\r\nVia: SIP/2.0/UDP p\r\nVia: SIP/2.0/UDP c\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@a>\r\nCall-ID: c\r\nCSeq: 7 INVITE\r\nTimestamp: 54\r\nContent-Length: 0\r\n\r\n',
    );
  });

  it('copies Record-Route to what may create a dialog, and adds fields', () => {
    const text = formatHead(
      createResponse(request, 200, { toTag: 'x', headers: [['Contact', '<sip:me>']], body: 'v=0' }),
    );
    expect(text).toContain('Record-Route: <sip:p;lr>\r\n');
    expect(text).toContain('To: <sip:b@a>;tag=x\r\n');
    expect(text).toContain('Contact: <sip:me>\r\nContent-Length: 3\r\n');
    expect(text).not.toContain('Timestamp');
    expect(formatHead(createResponse(request, 486, { toTag: 'x' }))).not.toContain('Record-Route');
  });
});
