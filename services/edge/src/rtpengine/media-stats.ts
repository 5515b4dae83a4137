import type { StreamStats } from '@trunkline/contracts/call-record';
import type { MediaSide, MediaStats } from '../call/media.ts';
import type { NgReply } from './ng-control.ts';
import { count, list, record } from './ng-reply.ts';

/** Tags under which rtpengine knows the two sides of a call. */
export const tags: Readonly<Record<MediaSide, string>> = { caller: 'caller', callee: 'callee' };

type Fields = Readonly<Record<string, unknown>>;

export type BothStreams = Pick<MediaStats, MediaSide>;

/** Reads the figures in the answer to `delete` or `query`. Null when it has none. */
export function readMediaStats(reply: NgReply): BothStreams | null {
  const sides = record(reply['tags']);
  if (sides === null) return null;
  const [caller, callee] = [sides[tags.caller], sides[tags.callee]];
  // What a source reported is what it heard: the other side's stream.
  const reports = record(reply['SSRC']);
  return {
    caller: withQuality(streamStats(caller), qualityOf(reportOf(callee, reports))),
    callee: withQuality(streamStats(callee), qualityOf(reportOf(caller, reports))),
  };
}

/** Two parts of one call, which was moved in between. The newer part tells the quality. */
export function addStats(before: BothStreams | null, after: BothStreams | null): BothStreams | null {
  if (before === null || after === null) return after ?? before;
  return { caller: addStream(before.caller, after.caller), callee: addStream(before.callee, after.callee) };
}

function addStream(before: StreamStats, after: StreamStats): StreamStats {
  const quality = after.quality ?? before.quality;
  return {
    packets_received: before.packets_received + after.packets_received,
    octets_received: before.octets_received + after.octets_received,
    errors: before.errors + after.errors,
    ...(quality === undefined ? {} : { quality }),
  };
}

function withQuality(stream: StreamStats, quality: StreamStats['quality']): StreamStats {
  return quality === undefined ? stream : { ...stream, quality };
}

/** RTP only: of each media section the first stream, the second being RTCP. */
function streamsOf(side: unknown): readonly Fields[] {
  const streams = list(record(side)?.['medias']).map((media) => record(list(record(media)?.['streams'])[0]));
  return streams.filter((stream) => stream !== null);
}

function streamStats(side: unknown): StreamStats {
  const total = { packets_received: 0, octets_received: 0, errors: 0 };
  for (const stream of streamsOf(side)) {
    const stats = record(stream['stats']);
    const errors = count(stats?.['errors']);
    // rtpengine counts every packet that arrives, also those that it does not pass on.
    total.packets_received += Math.max(0, count(stats?.['packets']) - errors);
    total.octets_received += count(stats?.['bytes']);
    total.errors += errors;
  }
  return total;
}

function reportOf(side: unknown, reports: Fields | null): Fields | null {
  const sources = streamsOf(side).map((stream) => record(reports?.[String(stream['SSRC'])]));
  return sources.find((report) => report !== null) ?? null;
}

/** rtpengine tells the score times ten, the jitter in milliseconds and the round trip in microseconds. */
function qualityOf(source: Fields | null): StreamStats['quality'] {
  const average = record(source?.['average MOS']);
  if (average === null) return undefined;
  const mos = count(average['MOS']) / 10;
  return {
    lost: count(source?.['cumulative loss']),
    loss_percent: count(average['packet loss']),
    jitter_ms: count(average['jitter']),
    round_trip_ms: count(average['round-trip time']) / 1_000,
    mos: mos >= 1 && mos <= 5 ? mos : null,
  };
}
