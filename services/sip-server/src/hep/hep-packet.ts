import { isIPv6 } from 'node:net';
import type { TracedMessage } from '../trace/message-trace.ts';

/** Types of chunks of vendor 0 of the HEP 3 format that SIP capture needs. */
const CHUNK = {
  ip_family: 1,
  ip_protocol: 2,
  source_ipv4: 3,
  destination_ipv4: 4,
  source_ipv6: 5,
  destination_ipv6: 6,
  source_port: 7,
  destination_port: 8,
  seconds: 9,
  microseconds: 10,
  payload_type: 11,
  capture_agent: 12,
  password: 14,
  payload: 15,
} as const;
/** Values of the chunks, as the format and IANA number them. */
const AF_INET = 2;
const AF_INET6 = 10;
const UDP = 17;
const TCP = 6;
const SIP = 1;
const HEADER_BYTES = 6;
/** A datagram holds no more; a longer payload is cut. */
const MOST_PAYLOAD_BYTES = 60_000;

/** One message as a HEP 3 packet: `HEP3`, the whole length, and chunks of vendor, type, length and value. */
export function hepPacket(
  message: Omit<TracedMessage, 'bytes' | 'call_id'>,
  payload: Buffer,
  agent: { readonly id: number; readonly password: string | undefined },
): Buffer {
  const [source, destination] =
    message.direction === 'in' ? [message.remote, message.local] : [message.local, message.remote];
  const is6 = isIPv6(source.address);
  const chunks = [
    chunk(CHUNK.ip_family, octets(1, is6 ? AF_INET6 : AF_INET)),
    chunk(CHUNK.ip_protocol, octets(1, message.transport === 'udp' ? UDP : TCP)),
    chunk(is6 ? CHUNK.source_ipv6 : CHUNK.source_ipv4, addressBytes(source.address)),
    chunk(is6 ? CHUNK.destination_ipv6 : CHUNK.destination_ipv4, addressBytes(destination.address)),
    chunk(CHUNK.source_port, octets(2, source.port)),
    chunk(CHUNK.destination_port, octets(2, destination.port)),
    chunk(CHUNK.seconds, octets(4, Math.floor(message.at / 1_000))),
    chunk(CHUNK.microseconds, octets(4, (message.at % 1_000) * 1_000)),
    chunk(CHUNK.payload_type, octets(1, SIP)),
    chunk(CHUNK.capture_agent, octets(4, agent.id)),
    ...(agent.password === undefined ? [] : [chunk(CHUNK.password, Buffer.from(agent.password, 'utf8'))]),
    chunk(CHUNK.payload, payload.subarray(0, MOST_PAYLOAD_BYTES)),
  ];
  const body = Buffer.concat(chunks);
  const head = Buffer.alloc(HEADER_BYTES);
  head.write('HEP3', 0, 'latin1');
  head.writeUInt16BE(HEADER_BYTES + body.length, 4);
  return Buffer.concat([head, body]);
}

function chunk(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(HEADER_BYTES + value.length, 4);
  return Buffer.concat([head, value]);
}

function octets(count: 1 | 2 | 4, value: number): Buffer {
  const bytes = Buffer.alloc(count);
  bytes.writeUIntBE(value, 0, count);
  return bytes;
}

/** Network order, RFC 4291 §2.2 for the text of IPv6. */
export function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const plain = address.replace(/%.*$/, '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) => {
    const pair = (high: string, low: string): string => ((Number(high) << 8) | Number(low)).toString(16);
    return `${pair(a, b)}:${pair(c, d)}`;
  });
  const [before = '', after] = plain.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(before), after === undefined ? [] : groups(after)];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...first, ...zeros, ...last].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), 2 * index);
  }
  return bytes;
}
