import type { FuzzCore } from './fuzz-core.ts';
import { followUp } from './fuzz-follow.ts';
import { mutate } from './fuzz-mutate.ts';
import { checkDatagram } from './fuzz-properties.ts';
import type { FuzzRandom } from './fuzz-random.ts';
import type { FuzzSeeds } from './fuzz-seeds.ts';

/** Datagrams between two turns of application, clock and promises. */
const DATAGRAMS_A_TURN = 16;

export interface BatchCounts {
  well_formed: number;
  malformed: number;
  follow_ups: number;
}

/** What stopped a batch, with all that is needed to see it again. */
export class FuzzFailure extends Error {
  constructor(where: string, bytes: Buffer | undefined, cause: unknown) {
    const shown = bytes === undefined ? '' : `\n${JSON.stringify(bytes.subarray(0, 4_000).toString('latin1'))}`;
    super(`${where}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}${shown}`);
  }
}

/** One datagram: a seed or what follows from what the server sent, mutated; half of the transactions are new. */
export function makeMessage(
  random: FuzzRandom,
  seeds: FuzzSeeds,
  sent: readonly string[],
): { text: string; follows: boolean } {
  const source = sent.length > 0 && random.chance(40) ? sent[random.below(sent.length)] : undefined;
  const follow = source === undefined ? undefined : followUp(random, source);
  const text = follow ?? random.pick(seeds);
  const fresh =
    follow === undefined && random.chance(50) ? text.replace('branch=', `branch=z9hG4bK${random.hex(4)}`) : text;
  return { text: mutate(random, fresh, random.pick(seeds)), follows: follow !== undefined };
}

/** Sends so many datagrams through the message layer and into the core, and lets everything end. */
export async function runDatagrams(
  core: FuzzCore,
  random: FuzzRandom,
  seeds: FuzzSeeds,
  datagrams: number,
): Promise<BatchCounts> {
  const counts: BatchCounts = { well_formed: 0, malformed: 0, follow_ups: 0 };
  core.begin(random);
  for (let sent = 0; sent < datagrams; sent += 1) {
    const { text, follows } = makeMessage(random, seeds, core.sent);
    const bytes = Buffer.from(text, 'latin1');
    try {
      if (checkDatagram(bytes) === 'well-formed') counts.well_formed += 1;
      else counts.malformed += 1;
      core.receive(bytes, random.chance(20) ? 'tcp' : 'udp');
    } catch (error) {
      throw new FuzzFailure(`datagram ${sent}`, bytes, error);
    }
    if (follows) counts.follow_ups += 1;
    if (sent % DATAGRAMS_A_TURN === 0) await core.turn();
  }
  const left = await core.drain();
  if (left !== '') throw new FuzzFailure('after the batch', undefined, `left in the server: ${left}`);
  return counts;
}
