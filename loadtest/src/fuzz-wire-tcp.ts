import { connect, type Socket } from 'node:net';
import { waitUntil } from '@trunkline/testkit/wait-until';
import type { FuzzRandom } from './fuzz-random.ts';
import type { FuzzSeeds } from './fuzz-seeds.ts';
import { cutUp, makeStream } from './fuzz-stream.ts';

/** Streams that are open at one time. */
const CONNECTIONS = 16;

export interface TcpCounts {
  streams: number;
  chunks: number;
  bytes: number;
  /** Streams that the server closed before all was written. */
  closed_by_server: number;
}

/** Writes so many chunks over connections that come and go; each stream is written whole, or until the server closes it. */
export async function fuzzTcp(port: number, random: FuzzRandom, seeds: FuzzSeeds, chunks: number): Promise<TcpCounts> {
  const counts: TcpCounts = { streams: 0, chunks: 0, bytes: 0, closed_by_server: 0 };
  const one = async (): Promise<void> => {
    while (counts.chunks < chunks) {
      const pieces = cutUp(
        random,
        Buffer.from(tamed(makeStream(random, seeds, []).toString('latin1'), random), 'latin1'),
      );
      counts.streams += 1;
      const written = await writeStream(port, pieces.slice(0, chunks - counts.chunks), counts);
      if (!written) counts.closed_by_server += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return counts;
}

/** Few calls, many other requests: see the datagrams. */
const tamed = (text: string, random: FuzzRandom): string =>
  random.chance(95) ? text.replaceAll('INVITE', 'OPTIONS') : text;

async function writeStream(port: number, pieces: readonly Buffer[], counts: TcpCounts): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {});
  socket.on('data', () => {});
  await waitUntil(() => !socket.connecting, { what: 'a connection' });
  for (const piece of pieces) {
    if (socket.destroyed || !socket.writable) break;
    counts.chunks += 1;
    counts.bytes += piece.length;
    await write(socket, piece);
  }
  const whole = !socket.destroyed && socket.writable;
  socket.destroy();
  return whole;
}

/** Resolves when the system has it, so that chunks leave one by one; also when the connection is gone. */
const write = (socket: Socket, piece: Buffer): Promise<void> =>
  new Promise((resolve) => {
    socket.write(piece, () => setImmediate(resolve));
  });
