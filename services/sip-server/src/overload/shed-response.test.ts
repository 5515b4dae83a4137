import { parseMessage } from '@trunkline/sip/parse-message';
import { peekRequest } from '@trunkline/sip/peek-request';
import { describe, expect, it } from 'vitest';
import { ShedResponses } from './shed-response.ts';

const INVITE = [
  'INVITE sip:1000@192.0.2.1 SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK-1;rport',
  'Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bK-0',
  'From: "Zoë" <sip:a@192.0.2.9>;tag=1',
  'To: <sip:1000@192.0.2.1>',
  'Call-ID: 1@192.0.2.9',
  'CSeq: 7 INVITE',
  'Content-Length: 0',
  '\r\n',
].join('\r\n');

function refusal(text: string, responses: ShedResponses) {
  const peeked = peekRequest(Buffer.from(text), 'INVITE');
  if (peeked === undefined) throw new Error('not an INVITE');
  const parsed = parseMessage(responses.compose(peeked, 'SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK-1;rport=9'));
  if (!parsed.ok || parsed.message.kind !== 'response') throw new Error('not a response');
  return parsed.message;
}

describe('a 503 without state', () => {
  const responses = new ShedResponses('sabcx');

  it('has what the request had, a tag, and a time to come back', () => {
    const { status, headers } = refusal(INVITE, responses);
    expect(status).toBe(503);
    expect(headers.lines('via')).toEqual([
      'SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK-1;rport=9',
      'SIP/2.0/UDP 198.51.100.1;branch=z9hG4bK-0',
    ]);
    expect(headers.get('from')).toBe('"Zoë" <sip:a@192.0.2.9>;tag=1');
    expect([headers.get('call-id'), headers.get('cseq')]).toEqual(['1@192.0.2.9', '7 INVITE']);
    expect(headers.get('to')).toMatch(/^<sip:1000@192\.0\.2\.1>;tag=sabcx[0-9a-f]+$/);
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(3);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(10);
  });

  it('is the same for every copy, and another for another INVITE', () => {
    const tag = (text: string) => refusal(text, responses).headers.get('to');
    expect(tag(INVITE)).toBe(tag(INVITE));
    expect(tag(INVITE)).not.toBe(tag(INVITE.replace('z9hG4bK-1', 'z9hG4bK-2')));
  });

  it('is known again by its ACK', () => {
    const to = refusal(INVITE, responses).headers.get('to');
    const ack = Buffer.from(`ACK sip:1000@192.0.2.1 SIP/2.0\r\nTo: ${to}\r\n\r\n`);
    expect(responses.isAck(ack)).toBe(true);
    expect(new ShedResponses('sabdx').isAck(ack)).toBe(false);
    expect(responses.isAck(Buffer.from('ACK sip:1000@192.0.2.1 SIP/2.0\r\nTo: <sip:a@b>;tag=1\r\n\r\n'))).toBe(false);
    expect(responses.isAck(Buffer.from(ack.toString().replace('ACK', 'BYE')))).toBe(false);
  });
});
