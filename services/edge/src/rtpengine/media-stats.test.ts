import { expect, test } from 'vitest';
import { readMediaStats } from './media-stats.ts';

const stream = (packets: unknown, bytes: unknown, errors: unknown) => ({ stats: { packets, bytes, errors } });
const side = (...medias: readonly object[][]) => ({ medias: medias.map((streams) => ({ streams })) });
const nothing = { packets_received: 0, octets_received: 0, errors: 0 };

test('counts the RTP stream of every media section, and not its RTCP', () => {
  const caller = side([stream(100, 17_200, 0), stream(3, 300, 0)], [stream(50, 8_600, 0)]);
  expect(readMediaStats({ tags: { caller, callee: side() } })).toEqual({
    caller: { packets_received: 150, octets_received: 25_800, errors: 0 },
    callee: nothing,
  });
});

test('what was not passed on was not received', () => {
  const stats = readMediaStats({ tags: { caller: side([stream(424, 72_928, 100)]) } });
  expect(stats?.caller).toEqual({ packets_received: 324, octets_received: 72_928, errors: 100 });
});

test.each([
  ['no tags', {}],
  ['tags that are a list', { tags: [] }],
  ['tags that are nothing', { tags: null }],
])('%s: no figures', (_, reply) => {
  expect(readMediaStats(reply)).toBeNull();
});

test.each([
  ['nothing about a side', {}],
  ['no media', { caller: {} }],
  ['a stream without figures', { caller: side([{}]) }],
  ['figures that are none', { caller: side([stream('7', -1, 1.5)]) }],
])('%s: counts as zero', (_, tags) => {
  expect(readMediaStats({ tags })?.caller).toEqual(nothing);
});
