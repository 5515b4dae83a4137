import type { Instant } from '@trunkline/contracts/time';
import { describe, expect, it } from 'vitest';
import { addressBytes, hepPacket } from './hep-packet.ts';

const at = 1_800_000_000_123 as Instant;
const local = { address: '192.0.2.1', port: 5060 };
const remote = { address: '198.51.100.7', port: 49152 };

/** Octet by octet, so that the test does not share a mistake with the code. */
const packet = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

describe('hepPacket', () => {
  it('is what the format says, octet by octet', () => {
    const sent = { at, direction: 'out', transport: 'udp', local, remote } as const;
    const expected = packet(
      'HEP3',
      [0, 110],
      [0, 0, 0, 1, 0, 7, 2],
      [0, 0, 0, 2, 0, 7, 17],
      [0, 0, 0, 3, 0, 10, 192, 0, 2, 1],
      [0, 0, 0, 4, 0, 10, 198, 51, 100, 7],
      [0, 0, 0, 7, 0, 8, 0x13, 0xc4],
      [0, 0, 0, 8, 0, 8, 0xc0, 0x00],
      [0, 0, 0, 9, 0, 10, 0x6b, 0x49, 0xd2, 0x00],
      [0, 0, 0, 10, 0, 10, 0x00, 0x01, 0xe0, 0x78],
      [0, 0, 0, 11, 0, 7, 1],
      [0, 0, 0, 12, 0, 10, 0, 0, 0x07, 0xd1],
      [0, 0, 0, 14, 0, 8],
      'pw',
      [0, 0, 0, 15, 0, 9],
      'BYE',
    );
    expect(hepPacket(sent, Buffer.from('BYE'), { id: 2001, password: 'pw' })).toEqual(expected);
  });

  it('names the far end as the source of what came in, and TCP for streams, over IPv6 too', () => {
    const here = { address: '::1', port: 5061 };
    const there = { address: '2001:db8::7', port: 5061 };
    const received = { at, direction: 'in', transport: 'tls', local: here, remote: there } as const;
    const bytes = hepPacket(received, Buffer.from('x'), { id: 1, password: undefined });
    expect(bytes.readUInt16BE(4)).toBe(bytes.length);
    expect(bytes.includes(packet([0, 0, 0, 1, 0, 7, 10], [0, 0, 0, 2, 0, 7, 6], [0, 0, 0, 5, 0, 22, 0x20, 0x01]))).toBe(
      true,
    );
  });

  it('fits into a datagram whatever the message', () => {
    const sent = { at, direction: 'out', transport: 'tcp', local, remote } as const;
    expect(hepPacket(sent, Buffer.alloc(300_000), { id: 1, password: undefined }).length).toBeLessThan(65_000);
  });
});

describe('addressBytes', () => {
  it.each([
    ['127.0.0.1', '7f000001'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8::7:8', '20010db8000000000000000000070008'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['2001:db8::', '20010db8000000000000000000000000'],
  ])('%s', (address, hex) => {
    expect(addressBytes(address).toString('hex')).toBe(hex);
  });
});
