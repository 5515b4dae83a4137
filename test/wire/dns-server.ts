import { createSocket } from 'node:dgram';

export interface DnsZone {
  readonly a?: Readonly<Record<string, readonly string[]>>;
  readonly srv?: Readonly<Record<string, readonly (readonly [priority: number, port: number, name: string])[]>>;
  readonly naptr?: Readonly<Record<string, readonly (readonly [order: number, service: string, name: string])[]>>;
  /** Names that are never answered for. */
  readonly silent?: readonly string[];
}

const A = 1;
const SRV = 33;
const NAPTR = 35;

/** A DNS server on loopback that knows one zone, and counts what it is asked. */
export async function startDnsServer(zone: DnsZone) {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const { name, type, end } = readQuestion(query);
    asked.push(`${name} ${type}`);
    if (zone.silent?.includes(name) === true) return;
    socket.send(reply(query, end, type, recordsOf(zone, name, type)), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked: asked as readonly string[],
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

/** RFC 1035 §4.1.2. */
function readQuestion(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function recordsOf(zone: DnsZone, name: string, type: number): readonly Buffer[] {
  if (type === A) return (zone.a?.[name] ?? []).map((address) => Buffer.from(address.split('.').map(Number)));
  if (type === SRV) {
    return (zone.srv?.[name] ?? []).map(([priority, port, target]) =>
      Buffer.concat([numbers(priority, 0, port), nameBytes(target)]),
    );
  }
  if (type !== NAPTR) return [];
  return (zone.naptr?.[name] ?? []).map(([order, service, replacement]) =>
    Buffer.concat([numbers(order, 0), text('s'), text(service), text(''), nameBytes(replacement)]),
  );
}

/** RFC 1035 §4.1.1, §4.1.3: NXDOMAIN when there is nothing; the name of each record points at the question. */
function reply(query: Buffer, end: number, type: number, records: readonly Buffer[]): Buffer {
  const head = Buffer.from(query.subarray(0, end));
  head.writeUInt16BE(records.length === 0 ? 0x8183 : 0x8180, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  const ttl_s = 60;
  const answers = records.map((data) => Buffer.concat([numbers(0xc00c, type, 1, 0, ttl_s, data.length), data]));
  return Buffer.concat([head, ...answers]);
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value, 'latin1')]);

const nameBytes = (name: string): Buffer => Buffer.concat([...name.split('.').map(text), Buffer.from([0])]);
