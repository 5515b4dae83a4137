import { expect, it } from 'vitest';
import { encodeG711 } from './g711.ts';
import { createReception } from './reception.ts';
import { formatRtp, parseRtp, type RtpPacket } from './rtp-packet.ts';

const packet = (sequence: number, more: Partial<RtpPacket> = {}): RtpPacket => ({
  payload_type: 0,
  marker: false,
  sequence: sequence & 0xffff,
  timestamp: sequence * 160,
  ssrc: 7,
  payload: encodeG711('PCMU', new Int16Array(160).fill(100)),
  ...more,
});

it('counts what was lost over a wrap of the sequence number, whatever the order', () => {
  const reception = createReception();
  for (const sequence of [65_533, 65_534, 65_537, 65_536, 65_540]) reception.take(packet(sequence));
  expect(reception.report()).toMatchObject({ packets: 5, lost: 3, octets: 800, payload_types: [0], ssrcs: [7] });
});

it('keeps the newest twenty seconds, in order', () => {
  const reception = createReception();
  for (let sequence = 0; sequence < 1_001; sequence++) {
    const sample = sequence === 1_000 ? 1_000 : sequence === 1 ? 3_000 : 0;
    reception.take(packet(sequence, { payload: encodeG711('PCMU', new Int16Array(160).fill(sample)) }));
  }
  const { samples } = reception.report();
  expect(samples.length).toBe(160_000);
  expect(samples[0]).toBeGreaterThan(2_900);
  expect(samples[160]).toBe(0);
  expect(samples.at(-1)).toBeGreaterThan(900);
});

it('keeps no samples of a payload type that is not G.711', () => {
  const reception = createReception();
  reception.take(packet(1, { payload_type: 101 }));
  expect(reception.report().samples.length).toBe(0);
});

it('reads what it writes (RFC 3550 section 5.1)', () => {
  const written = packet(65_535, { marker: true, ssrc: 0xdeadbeef, timestamp: 0xfffffff0, payload_type: 8 });
  expect(parseRtp(formatRtp(written))).toEqual({ ...written, payload: Buffer.from(written.payload) });
});

it.each([
  ['shorter than a header', Buffer.alloc(11, 0x80)],
  ['of another version', Buffer.alloc(12)],
  ['with more CSRCs than octets', Buffer.from([0x8f, ...Array<number>(15).fill(0)])],
  ['with an extension that is cut', Buffer.from([0x90, ...Array<number>(13).fill(0)])],
  ['with more padding than payload', Buffer.from([0xa0, ...Array<number>(11).fill(0), 9])],
])('refuses octets %s', (_, octets) => {
  expect(parseRtp(octets)).toBeUndefined();
});

it('skips CSRCs, extension and padding', () => {
  const octets = Buffer.from([0xb1, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9, 0, 0, 0, 1, 8, 8, 8, 8, 42, 43, 0, 2]);
  expect([...(parseRtp(octets)?.payload ?? [])]).toEqual([42, 43]);
});
