import { type Trunk, trunkSchema } from '@trunkline/contracts/trunk';
import { followPolicy, type PolicyFeed } from '@trunkline/edge/policy-feed';
import { createPolicyIndex, type PolicyIndex } from '@trunkline/policy/policy-index';
import type { Bus } from '@trunkline/runtime/bus';
import { systemClock } from '@trunkline/runtime/clock';
import { silentLogger } from '@trunkline/runtime/logger';
import { connectBus } from '@trunkline/runtime/nats-bus';
import type { ConfigProcess } from './config-process.ts';

/** What the API has, in words that the published trunks can be told in as well. */
export async function storedIn(config: ConfigProcess): Promise<string> {
  const { list } = await config.call('GET', '/sip-trunks/trunks');
  return told(
    list.map(({ id, name, is_active, phone_numbers, gateways }) => ({
      id,
      name,
      is_active,
      numbers: phone_numbers.map((number) => number.phone_number),
      gateways: gateways.map(({ gateway_address }) => gateway_address),
    })),
  );
}

interface Told {
  readonly id: string;
  readonly name: string;
  readonly is_active: boolean;
  readonly numbers: readonly string[];
  readonly gateways: readonly string[];
}

const told = (trunks: readonly Told[]): string =>
  JSON.stringify(
    trunks
      .map(({ numbers, ...trunk }) => ({ ...trunk, numbers: [...numbers].sort() }))
      .sort((left, right) => (left.id < right.id ? -1 : 1)),
  );

/** The edge's own way of following the configuration, on a connection of its own. */
export class EdgeOfTest {
  readonly #url: string;
  #bus: Bus | undefined;
  #feed: PolicyFeed | undefined;
  #index: PolicyIndex | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async start(): Promise<void> {
    const bus = await connectBus({
      url: this.#url,
      name: 'edge',
      logger: silentLogger,
      clock: systemClock,
      wait: true,
    });
    this.#bus = bus;
    this.#index = createPolicyIndex({ openSecret: () => 'secret' });
    this.#feed = await followPolicy({ bus, index: this.#index, logger: silentLogger });
  }

  async stop(): Promise<void> {
    await this.#feed?.stop();
    await this.#bus?.close();
  }

  /** What the bucket says now. */
  async published(): Promise<string> {
    const bucket = await this.#bus?.bucket('trunks');
    const entries = await Promise.all(((await bucket?.keys()) ?? []).map((key) => bucket?.get(key)));
    const trunks = entries.flatMap((entry): Trunk[] =>
      entry === undefined ? [] : [trunkSchema.parse(JSON.parse(entry.value))],
    );
    return told(
      trunks.map(({ id, name, is_active, numbers, gateways }) => ({
        id,
        name,
        is_active,
        numbers: numbers.map((one) => one.number),
        gateways: gateways.map(({ host }) => host),
      })),
    );
  }

  /** What admission would use. */
  used(): string {
    const index = this.#index;
    if (index === undefined) return '';
    return told(
      [...index.trunkKeys()].flatMap((key) => {
        const trunk = index.trunk(key);
        if (trunk === undefined) return [];
        const { id, name, is_active, gateways } = trunk;
        return [{ id, name, is_active, numbers: numbersOf(index, id), gateways: gateways.map(({ host }) => host) }];
      }),
    );
  }
}

/** Every number that a test may bring, looked up as a call would. */
function numbersOf(index: PolicyIndex, trunk: string): string[] {
  const found = [0, 1, 2].flatMap((block) =>
    Array.from({ length: 10 }, (_, which) => index.byNumber(`49300000${block}${which}`)),
  );
  return found.flat().flatMap((one) => (one.trunk.id === trunk ? [one.number] : []));
}
