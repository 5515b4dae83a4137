import { createFakeClock } from '@trunkline/testkit/fake-clock';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../transport/transport.ts';
import { isOfACall } from './is-of-a-call.ts';
import { LegLinks } from './leg-links.ts';
import { MessageTrace } from './message-trace.ts';

const flow = (transport: Flow['transport'] = 'udp'): Flow => ({
  transport,
  local: { address: '127.0.0.1', port: 5060 },
  remote: { address: '127.0.0.2', port: 5070 },
  open: true,
  send: () => {},
});
const invite = (call_id: string, line = `Call-ID: ${call_id}`): Buffer =>
  Buffer.from(`INVITE sip:a@b SIP/2.0\r\nVia: x\r\n${line}\r\nCSeq: 1 INVITE\r\n\r\n`);
const start = (most_bytes: number) => {
  const clock = createFakeClock();
  return { clock, trace: new MessageTrace({ clock, most_bytes, defer: setImmediate }) };
};

describe('MessageTrace', () => {
  it('finds the messages of a call in order, however its Call-ID is written', async () => {
    const { clock, trace } = start(1_000_000);
    trace.add('in', invite('one'), flow());
    clock.advance(20);
    trace.add('out', invite('two', 'i:two'), flow());
    trace.add('out', invite('one', 'CALL-ID :  one '), flow('tcp'));
    const found = await trace.find(new Set(['one']));
    expect(found.map(({ direction, transport }) => [direction, transport])).toEqual([
      ['in', 'udp'],
      ['out', 'tcp'],
    ]);
    expect(await trace.find(new Set(['one', 'two']))).toHaveLength(3);
    expect(await trace.find(new Set(['x']))).toEqual([]);
    expect(trace.window_ms).toBe(20);
  });

  it('keeps no more bytes than it may, the newest', async () => {
    const { trace } = start(50_000);
    let most = 0;
    for (let count = 0; count < 10_000; count += 1) {
      trace.add('in', invite(`call-${count}`), flow());
      most = Math.max(most, trace.held_bytes);
    }
    expect(most).toBeLessThanOrEqual(50_000);
    expect(await trace.find(new Set(['call-0']))).toEqual([]);
    expect(await trace.find(new Set(['call-9999']))).toHaveLength(1);
  });

  it('keeps nothing where it may keep nothing', async () => {
    const { trace } = start(0);
    trace.add('in', invite('one'), flow());
    expect(await trace.find(new Set(['one']))).toEqual([]);
  });

  it('holds a copy of what came in a stream', async () => {
    const { trace } = start(1_000_000);
    const chunk = Buffer.concat([invite('one'), Buffer.alloc(60_000)]);
    trace.add('in', chunk.subarray(0, invite('one').length), flow('tcp'));
    chunk.fill(0);
    expect(await trace.find(new Set(['one']))).toHaveLength(1);
  });
});

describe('MessageTrace, property', () => {
  it('has the newest messages whole, whatever their lengths, and nothing that was written over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 120 }),
        async (lengths) => {
          const most_bytes = 8_000;
          const { trace } = start(most_bytes);
          const sent = lengths.map((length, index) => {
            const bytes = Buffer.concat([invite(`call-${index}`), Buffer.alloc(length, 65 + (index % 26))]);
            trace.add('in', bytes, flow());
            return bytes;
          });
          const found = await trace.find(new Set(sent.map((_, index) => `call-${index}`)));
          const kept = sent.slice(sent.length - found.length);
          expect(found.map(({ bytes }) => bytes.equals(kept.shift() ?? Buffer.alloc(0)))).toEqual(
            found.map(() => true),
          );
          const all = sent.reduce((sum, bytes) => sum + bytes.length, 0);
          const held = found.reduce((sum, { bytes }) => sum + bytes.length, 0);
          expect(held).toBe(trace.held_bytes);
          expect(held).toBeLessThanOrEqual(most_bytes);
          // What is lost at the end of the memory is less than one message.
          if (held < all) expect(held).toBeGreaterThan(most_bytes - 2 * 1_000);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('goes on while messages come in', async () => {
    const { trace } = start(400_000);
    for (let count = 0; count < 2_000; count += 1) trace.add('in', invite(`call-${count % 7}`), flow());
    const finding = trace.find(new Set(['call-3']));
    for (let count = 0; count < 5_000; count += 1) trace.add('in', invite('other'), flow());
    for (const { bytes, call_id } of await finding) {
      expect(call_id).toBe('call-3');
      expect(bytes.equals(invite('call-3'))).toBe(true);
    }
  });
});

describe('isOfACall', () => {
  it.each([
    ['INVITE sip:a SIP/2.0\r\n', true],
    ['BYE sip:a SIP/2.0\r\n', true],
    ['OPTIONS sip:a SIP/2.0\r\n', false],
    ['REGISTER sip:a SIP/2.0\r\n', false],
    ['SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n', true],
    ['SIP/2.0 200 OK\r\nVia: x\r\nCSeq: 17 OPTIONS\r\n\r\n', false],
    ['SIP/2.0 200 OK\r\nCSeq: 1 SUBSCRIBE\r\n', false],
    ['SIP/2.0 200 OK\r\ncseq: 1 OPTIONS\r\n', true],
    ['SIP/2.0 200 OK\r\n\r\n', true],
    ['SIP/2.0 200 OK\r\nCSeq: 1\r\n\r\n', true],
    ['REFER sip:a SIP/2.0\r\n', true],
    ['PRACK sip:a SIP/2.0\r\n', true],
    ['PUBLISH sip:a SIP/2.0\r\n', false],
    ['MESSAGE sip:a SIP/2.0\r\n', false],
    ['SUBSCRIBE sip:a SIP/2.0\r\n', false],
    ['', true],
  ])('%j: %s', (text, expected) => {
    expect(isOfACall(Buffer.from(text))).toBe(expected);
  });
});

describe('LegLinks', () => {
  it('tells the other legs by the Call-ID of the first, each once', () => {
    const links = new LegLinks();
    for (const leg of ['b1', 'b2', 'b1']) links.add('a;x;from-tag=1', leg);
    expect(links.of('a;x')).toEqual(['b1', 'b2']);
    expect(links.of('b1')).toEqual([]);
  });

  it('is bounded both ways', () => {
    const links = new LegLinks();
    for (let count = 0; count < 25_000; count += 1) links.add(`call-${count};from-tag=1`, 'b');
    expect(links.size).toBe(20_000);
    expect(links.of('call-0')).toEqual([]);
    for (let count = 0; count < 50; count += 1) links.add('call-24999;from-tag=1', `leg-${count}`);
    expect(links.of('call-24999')).toHaveLength(16);
  });
});
