import type { StreamStats } from '@trunkline/contracts/call-record';
import type { MediaSide, MediaStats } from '../call/media.ts';
import type { NgReply } from './ng-control.ts';

/** Tags under which rtpengine knows the two sides of a call. */
export const tags: Readonly<Record<MediaSide, string>> = { caller: 'caller', callee: 'callee' };

/** Reads the figures in the answer to `delete` or `query`. Null when it has none. */
export function readMediaStats(reply: NgReply): MediaStats | null {
  const sides = record(reply['tags']);
  if (sides === null) return null;
  return { caller: streamStats(sides[tags.caller]), callee: streamStats(sides[tags.callee]) };
}

/** RTP only: of each media section the first stream, the second being RTCP. */
function streamStats(side: unknown): StreamStats {
  const total = { packets_received: 0, octets_received: 0, errors: 0 };
  for (const media of list(record(side)?.['medias'])) {
    const stats = record(record(list(record(media)?.['streams'])[0])?.['stats']);
    const errors = count(stats?.['errors']);
    // rtpengine counts every packet that arrives, also those that it does not pass on.
    total.packets_received += Math.max(0, count(stats?.['packets']) - errors);
    total.octets_received += count(stats?.['bytes']);
    total.errors += errors;
  }
  return total;
}

function record(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
