import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PARSE_LIMITS } from './parse-limits.ts';
import { StreamFramer } from './stream-framer.ts';

const message = (body: string, name = 'Content-Length'): string =>
  `INFO sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP c\r\n${name}: ${Buffer.byteLength(body)}\r\nX: 1\r\n\r\n${body}`;

const drain = (framer: StreamFramer, chunks: readonly Buffer[]) =>
  chunks
    .flatMap((chunk) => framer.push(chunk))
    .map((framed) => (framed.kind === 'message' ? framed.bytes.toString() : framed.kind));

describe('StreamFramer', () => {
  it('gives the same messages however the stream is cut', () => {
    const messages = [
      message(''),
      message('v=0\r\n\r\nINVITE €'),
      message('x'.repeat(300), 'l'),
      message('', 'CONTENT-LENGTH '),
    ];
    const stream = Buffer.from(`${messages[0]}\r\n\r\n${messages[1]}\r\n${messages[2]}${messages[3]}`);
    const expected = [messages[0], 'ping', messages[1], messages[2], messages[3]];
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 40 }), (cuts) => {
        const points = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const chunks = points.slice(1).map((end, index) => stream.subarray(points[index], end));
        const framer = new StreamFramer();
        expect(drain(framer, chunks)).toEqual(expected);
        expect(framer.held_bytes).toBe(0);
      }),
    );
  });

  it.each([
    ['a message without Content-Length', message('').replace('Content-Length: 0\r\n', '')],
    ['a malformed Content-Length', message('').replace('Length: 0', 'Length: x')],
    ['two Content-Length that differ', message('ab').replace('X: 1', 'l: 1')],
    ['a Content-Length and its negative', message('').replace('X: 1', 'Content-Length: -1')],
    ['a head without end', 'X'.repeat(101)],
    ['a body over the limit', message('x'.repeat(51))],
    ['a lone CR', '\rX'],
  ])('breaks on %s and reads no further', (_what, text) => {
    const framer = new StreamFramer({ ...DEFAULT_PARSE_LIMITS, head_bytes: 100, body_bytes: 50 });
    expect(drain(framer, [Buffer.from(text)])).toEqual(['broken']);
    expect(drain(framer, [Buffer.from(message(''))])).toEqual([]);
    expect(framer.held_bytes).toBe(0);
  });

  it('takes a Content-Length that is folded, or said twice', () => {
    const texts = [message('ab').replace('Length: ', 'Length:\r\n  '), message('ab').replace('X: 1', 'l:2')];
    expect(drain(new StreamFramer(), [Buffer.from(texts.join(''))])).toEqual(texts);
  });

  it('keeps what it gave, whatever is read later', () => {
    const framer = new StreamFramer();
    const stream = Buffer.from(message('first') + message('later'));
    const [given] = [stream.subarray(0, 70), stream.subarray(70)].flatMap((chunk) => framer.push(chunk));
    for (let sent = 0; sent < 40; sent += 1) framer.push(Buffer.from('x'));
    expect(given?.kind === 'message' && given.bytes.toString()).toBe(message('first'));
  });

  it('holds no more than the limits while a sender trickles', () => {
    const framer = new StreamFramer({ ...DEFAULT_PARSE_LIMITS, head_bytes: 1000, body_bytes: 50 });
    let most = 0;
    for (let sent = 0; sent < 3000; sent += 1) {
      framer.push(Buffer.from('x'));
      most = Math.max(most, framer.held_bytes);
    }
    expect(most).toBeLessThanOrEqual(1050);
  });
});
