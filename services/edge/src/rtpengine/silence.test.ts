import { instantSchema } from '@trunkline/contracts/time';
import { expect, it } from 'vitest';
import type { MediaProfile } from '../call/media.ts';
import { heardNow, isSilent, newHeard } from './silence.ts';

const profile: MediaProfile = {
  network: { caller: 'outside', callee: 'inside' },
  encryption: { caller: 'no', callee: 'no' },
  codecs: { caller: ['PCMU'], callee: ['PCMU'] },
  address: { caller: null, callee: null },
  symmetric: { caller: true, callee: true },
  recorded: false,
};
const at = (seconds: number) => instantSchema.parse(1_000_000 + seconds * 1_000);
const says = (direction: string, address = '192.0.2.1') =>
  `v=0\r\nc=IN IP4 ${address}\r\nm=audio 4000 RTP/AVP 0\r\na=${direction}\r\n`;
const stats = (caller: number, callee: number) => ({
  caller: { packets_received: caller, octets_received: 0, errors: 0 },
  callee: { packets_received: callee, octets_received: 0, errors: 0 },
});
const both = { caller: says('sendrecv'), callee: says('sendrecv') };

/** Looked at every ten seconds; each entry is how many packets came from the caller and from the callee by then. */
function silentAfter(looks: readonly (readonly [number, number])[], said = both): boolean {
  const heard = looks.reduce(
    (before, [caller, callee], look) => heardNow(before, stats(caller, callee), at(10 * (look + 1))),
    newHeard(at(0)),
  );
  return isSilent(heard, said, profile, 30_000, at(10 * looks.length));
}

it.each([
  [
    'both talk',
    [
      [500, 500],
      [1_000, 1_000],
      [1_500, 1_500],
      [2_000, 2_000],
    ],
    false,
  ],
  [
    'nobody ever sent',
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    true,
  ],
  [
    'nobody sends for less than the time',
    [
      [0, 0],
      [0, 0],
    ],
    false,
  ],
  [
    'the carrier went away while the agent talks on',
    [
      [500, 500],
      [500, 1_000],
      [500, 1_500],
      [500, 2_000],
    ],
    true,
  ],
  [
    'the agent only listens',
    [
      [500, 0],
      [1_000, 0],
      [1_500, 0],
      [2_000, 0],
    ],
    false,
  ],
  [
    'the counters began again on another node',
    [
      [500, 500],
      [500, 500],
      [500, 500],
      [20, 20],
    ],
    false,
  ],
] as const)('%s', (_, looks, silent) => {
  expect(silentAfter(looks)).toBe(silent);
});

it.each([
  ['nobody is on hold', both, true],
  ['the carrier holds the agent', { caller: says('sendonly'), callee: says('recvonly') }, false],
  ['the agent holds the carrier', { caller: says('recvonly'), callee: says('sendonly') }, false],
  ['both are on hold', { caller: says('inactive'), callee: says('inactive') }, false],
  ['hold as it was before RFC 3264', { caller: says('sendrecv', '0.0.0.0'), callee: says('recvonly') }, false],
])('in silence, %s', (_, said, silent) => {
  expect(
    silentAfter(
      [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      said,
    ),
  ).toBe(silent);
});
