import { type Framed, StreamFramer } from '@trunkline/sip/stream-framer';
import { FuzzFailure, makeMessage } from './fuzz-batch.ts';
import type { FuzzCore } from './fuzz-core.ts';
import type { FuzzRandom } from './fuzz-random.ts';
import type { FuzzSeeds } from './fuzz-seeds.ts';

export interface StreamCounts {
  streams: number;
  chunks: number;
  messages: number;
  broken: number;
}

/** Streams of messages, pings and noise, cut anywhere: however they are cut the messages are the same, and the core takes them. */
export async function runChunks(
  core: FuzzCore,
  random: FuzzRandom,
  seeds: FuzzSeeds,
  chunks: number,
): Promise<StreamCounts> {
  const counts: StreamCounts = { streams: 0, chunks: 0, messages: 0, broken: 0 };
  core.begin(random);
  while (counts.chunks < chunks) {
    const stream = makeStream(random, seeds, core.sent);
    const pieces = cutUp(random, stream).slice(0, chunks - counts.chunks);
    try {
      const framed = pushAll(core, pieces, counts);
      const whole = new StreamFramer().push(Buffer.concat(pieces));
      if (!isSame(framed, whole)) throw new Error(`cut up: ${kinds(framed)}; whole: ${kinds(whole)}`);
    } catch (error) {
      throw new FuzzFailure(`stream ${counts.streams}`, stream, error);
    }
    counts.streams += 1;
    await core.turn();
  }
  const left = await core.drain();
  if (left !== '') throw new FuzzFailure('after the batch', undefined, `left in the server: ${left}`);
  return counts;
}

/** Like a connection: what is framed goes to the core, and a broken stream is read no further. */
function pushAll(core: FuzzCore, pieces: readonly Buffer[], counts: StreamCounts): Framed[] {
  const framer = new StreamFramer();
  const all: Framed[] = [];
  for (const piece of pieces) {
    counts.chunks += 1;
    for (const framed of framer.push(piece)) {
      all.push(framed);
      if (framed.kind === 'message') {
        counts.messages += 1;
        core.receive(framed.bytes, 'tcp');
      } else if (framed.kind === 'broken') counts.broken += 1;
    }
  }
  return all;
}

export function makeStream(random: FuzzRandom, seeds: FuzzSeeds, sent: readonly string[]): Buffer {
  let text = '';
  for (let count = 1 + random.below(6); count > 0; count -= 1) {
    const whole = random.chance(60) ? random.pick(seeds) : makeMessage(random, seeds, sent).text;
    text += random.chance(80) ? withLength(whole) : whole;
    if (random.chance(20)) text += random.pick(['\r\n', '\r\n\r\n', '\r\n\r\n\r\n', '\n', '\0']);
  }
  return Buffer.from(text, 'latin1');
}

/** The message with the Content-Length that its body has, so that the stream goes on behind it. */
export function withLength(text: string): string {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return text;
  const head = text.slice(0, end).replace(/\r\n(?:content-length|l)[ \t]*:[^\r]*/gi, '');
  return `${head}\r\nContent-Length: ${text.length - end - 4}${text.slice(end)}`;
}

export function cutUp(random: FuzzRandom, stream: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  const most = random.pick([1, 16, 200, 200, 1_400, 1_400, 1_400, 8_000]);
  for (let at = 0; at < stream.length && pieces.length < 500; ) {
    const end = Math.min(stream.length, at + 1 + random.below(most));
    pieces.push(stream.subarray(at, end));
    at = end;
  }
  return pieces;
}

function isSame(one: readonly Framed[], other: readonly Framed[]): boolean {
  if (one.length !== other.length) return false;
  return one.every((framed, index) => {
    const twin = other[index];
    if (framed.kind !== 'message' || twin?.kind !== 'message') return framed.kind === twin?.kind;
    return framed.bytes.equals(twin.bytes);
  });
}

const kinds = (framed: readonly Framed[]): string => framed.map(({ kind }) => kind).join(' ');
