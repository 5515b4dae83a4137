import { describe, expect, it } from 'vitest';
import { peekRequest } from './peek-request.ts';

const LINES = [
  'INVITE sip:1000@192.0.2.1 SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK-1;rport',
  'Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bK-0',
  'From: "Zoë, A" <sip:a@192.0.2.9>;tag=1',
  'To: <sip:1000@192.0.2.1>',
  'Call-ID: 1@192.0.2.9',
  'CSeq: 7 INVITE',
  'Contact: <sip:a@192.0.2.9>',
  'Content-Length: 4',
];
const message = (lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n\r\nv=0\n`, 'utf8');
const changed = (from: string, ...to: string[]): string[] => LINES.flatMap((line) => (line === from ? to : [line]));
const peek = (lines: readonly string[]) => peekRequest(message(lines), 'INVITE');

describe('a request that is only looked at', () => {
  it('shows what its answer is made of, byte for byte', () => {
    const peeked = peek(LINES);
    expect(peeked).toMatchObject({
      via: { host: '192.0.2.9', port: 5070 },
      vias: LINES.slice(1, 3).map((line) => line.slice(5)),
      to: '<sip:1000@192.0.2.1>',
      call_id: '1@192.0.2.9',
      cseq: '7 INVITE',
      has_to_tag: false,
    });
    expect(Buffer.from(peeked?.from ?? '', 'latin1').toString('utf8')).toBe('"Zoë, A" <sip:a@192.0.2.9>;tag=1');
  });

  it('may use compact names and any case', () => {
    const lines = LINES.map((line) =>
      line
        .replace(/^Via/, 'v')
        .replace(/^From/, 'F ')
        .replace(/^Call-ID/, 'i'),
    );
    expect(peek(lines)).toEqual(peek(LINES));
  });

  it('tells a request inside a dialog from a new one', () => {
    expect(peek(changed('To: <sip:1000@192.0.2.1>', 'To: <sip:1000@192.0.2.1>;TAG=5'))?.has_to_tag).toBe(true);
  });

  it.each<[string, readonly string[]]>([
    ['another method', changed(LINES[0] ?? '', 'INVITED sip:1000@192.0.2.1 SIP/2.0')],
    ['a folded line', changed('CSeq: 7 INVITE', 'CSeq: 7', ' INVITE')],
    ['two Vias in one line', changed(LINES[1] ?? '', 'Via: SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b')],
    ['a Via that cannot be read', changed(LINES[1] ?? '', 'Via: nothing')],
    ['no Via', LINES.filter((line) => !line.startsWith('Via'))],
    ['no From', LINES.filter((line) => !line.startsWith('From'))],
    ['two of To', [...LINES, 't: <sip:b@192.0.2.1>']],
    ['an empty Call-ID', changed('Call-ID: 1@192.0.2.9', 'Call-ID:')],
    ['a CSeq of another method', changed('CSeq: 7 INVITE', 'CSeq: 7 ACK')],
    ['a NUL', changed('CSeq: 7 INVITE', 'CSeq: 7 INVITE', 'X: \0')],
    ['a line that ends without CR', changed('CSeq: 7 INVITE', 'CSeq: 7 INVITE\nX: 1')],
  ])('is left to the whole parser: %s', (_name, lines) => {
    expect(peek(lines)).toBeUndefined();
  });

  it('is left to the whole parser when its head does not end', () => {
    expect(peekRequest(Buffer.from(LINES.join('\r\n')), 'INVITE')).toBeUndefined();
    expect(peekRequest(Buffer.from('INVITE '), 'INVITE')).toBeUndefined();
    expect(peekRequest(Buffer.from('INVITE \r\n\r\n'), 'INVITE')).toBeUndefined();
  });
});
