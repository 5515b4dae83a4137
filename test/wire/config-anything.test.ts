import type { AnswerBody } from '@trunkline/config/api/api-under-test';
import { type NatsProcess, startNats } from '@trunkline/testkit/nats-process';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { waitUntil } from '@trunkline/testkit/wait-until';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfigProcess, startConfig } from './config-process.ts';
import { EdgeOfTest, storedIn } from './edge-of-test.ts';

const settled_ms = 40_000;

const dialects = ['bolna', 'famulor', 'astradial'] as const;
type Dialect = (typeof dialects)[number];

type Step =
  | { readonly kind: 'create' | 'change' | 'delete'; readonly dialect: Dialect; readonly which: number }
  | { readonly kind: 'number'; readonly which: number }
  | { readonly kind: 'kill config' | 'kill nats' | 'lose nats' | 'restart edge' };

const write = fc.record({
  kind: fc.constantFrom('create', 'create', 'create', 'change', 'change', 'delete'),
  dialect: fc.constantFrom(...dialects),
  which: fc.nat(9),
});
const number = fc.record({ kind: fc.constant('number'), which: fc.nat(9) });
const crash = fc.record({ kind: fc.constantFrom('kill config', 'kill nats', 'lose nats', 'restart edge') });
const steps = fc.array(
  fc.oneof({ weight: 12, arbitrary: write }, { weight: 3, arbitrary: number }, { weight: 2, arbitrary: crash }),
  { minLength: 40, maxLength: 60 },
) as fc.Arbitrary<Step[]>;

/** Few users, places and numbers, so that requests get in one another's way. */
const bodies: Readonly<Record<Dialect, (which: number) => object>> = {
  bolna: (which) => ({
    ...{ name: `trunk ${which}`, provider: 'custom', auth_type: 'ip-based' },
    gateways: [{ gateway_address: `10.0.0.${which}` }],
    ip_identifiers: [{ ip_address: `10.0.0.${which}` }],
    phone_numbers: [{ phone_number: `+493000000${which}` }],
  }),
  famulor: (which) => ({
    ...{ sip_trunk_type: 'number', phone_number: `+493000000${which}`, sip_address: `f${which}.example.com` },
    ...{ sip_username: `user${which}`, sip_password: 'secret' },
  }),
  astradial: (which) => ({
    ...{ name: `trunk ${which}`, trunk_type: 'outbound', host: `a${which}.example.com` },
    ...{ username: `user${which}`, password: 'secret' },
  }),
};
const changes: Readonly<Record<Dialect, (which: number) => object>> = {
  bolna: (which) => ({ is_active: which % 3 !== 0, description: `change ${which}` }),
  famulor: (which) => ({ sip_calling_format: 'e164', phone_number: `+493000001${which}` }),
  astradial: (which) => ({ max_channels: which + 1, status: which % 2 === 0 ? 'active' : 'maintenance' }),
};

describe('whatever is changed and whatever dies', () => {
  let postgres: PrivatePostgres;
  beforeAll(async () => {
    postgres = await startPrivatePostgres();
  });
  afterAll(() => postgres.close());

  it.each([1, 2, 3])('edge, KV and store end up the same (seed %i)', async (seed) => {
    const [story = []] = fc.sample(steps, { seed, numRuns: 1 });
    const nats = await startNats();
    const config = await startConfig({ database: await postgres.createDatabase(`story_${seed}`), nats: nats.url });
    const edge = new EdgeOfTest(nats.url);
    await edge.start();
    try {
      const statuses = await play(story, { config, nats, edge });
      expect(statuses).toContain(201);
      expect(statuses.filter((status) => status === 500)).toEqual([]);
      const same = async () => {
        const [stored, published, used] = [await storedIn(config), await edge.published(), edge.used()];
        return stored === published && stored === used;
      };
      await waitUntil(same, { what: 'edge, KV and store to be the same', deadline_ms: settled_ms });
      expect(JSON.parse(await storedIn(config)).length).toBeGreaterThan(0);
    } finally {
      await edge.stop();
      await config.stop();
      await nats.close();
    }
  });
});

async function play(
  story: readonly Step[],
  { config, nats, edge }: { config: ConfigProcess; nats: NatsProcess; edge: EdgeOfTest },
): Promise<number[]> {
  const statuses: number[] = [];
  for (const step of story) {
    switch (step.kind) {
      case 'kill config':
        await config.kill();
        await config.restart();
        break;
      case 'kill nats':
      case 'lose nats':
        await nats.kill();
        if (step.kind === 'lose nats') await nats.loseData();
        // Something is changed while it is away.
        statuses.push(await change(config, { kind: 'create', dialect: 'bolna', which: statuses.length % 10 }));
        await nats.restart();
        break;
      case 'restart edge':
        await edge.stop();
        await edge.start();
        break;
      default:
        statuses.push(await change(config, step));
    }
  }
  return statuses;
}

async function change(config: ConfigProcess, step: Extract<Step, { which: number }>): Promise<number> {
  if (step.kind === 'create') {
    const paths = { bolna: '/sip-trunks/trunks', famulor: famulorPath, astradial: '/api/v1/trunks' };
    return (await config.call('POST', paths[step.dialect], bodies[step.dialect](step.which))).status;
  }
  const { list } = await config.call('GET', '/sip-trunks/trunks');
  const short = (await config.call('GET', famulorPath)).body as unknown as { data: { id: number }[] };
  const index = list.length === 0 ? 0 : step.which % list.length;
  const { id } = list[index] ?? ({ id: 'none' } as AnswerBody);
  const at = `/sip-trunks/trunks/${id}`;
  if (step.kind === 'number') {
    return (await config.call('POST', `${at}/numbers`, { phone_number: `+493000002${step.which}` })).status;
  }
  const places = { bolna: at, famulor: `${famulorPath}/${short.data[index]?.id}`, astradial: `/api/v1/trunks/${id}` };
  if (step.kind === 'change') {
    const method = step.dialect === 'bolna' ? 'PATCH' : 'PUT';
    return (await config.call(method, places[step.dialect], changes[step.dialect](step.which))).status;
  }
  const gone = { ...places, famulor: `/api/user/phone-numbers/${short.data[index]?.id}` };
  return (await config.call('DELETE', gone[step.dialect])).status;
}

const famulorPath = '/api/user/phone-numbers/sip-trunks';
