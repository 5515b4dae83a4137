import { agentSchema } from '@trunkline/contracts/agent';
import type { Bus } from '@trunkline/runtime/bus';
import { systemClock } from '@trunkline/runtime/clock';
import { silentLogger } from '@trunkline/runtime/logger';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { secretHash } from '@trunkline/runtime/secret-hash';
import { type NatsProcess, startNats } from '@trunkline/testkit/nats-process';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bootstrapToken, type ConfigProcess, startConfig } from './config-process.ts';
import { EdgeOfTest, storedIn } from './edge-of-test.ts';

const settled_ms = 40_000;

/** Numbers are such as {@link EdgeOfTest} looks for. */
const trunk = (which: number) => ({
  ...{ name: `trunk ${which}`, provider: 'custom', auth_type: 'ip-based' },
  gateways: [{ gateway_address: `10.0.0.${which}` }],
  ip_identifiers: [{ ip_address: `10.0.0.${which}` }],
  phone_numbers: [{ phone_number: `+493000000${which}` }],
});
const agent = (name: string) => ({ name, uri: `sip:${name}@127.0.0.1` });

describe('when an older database is restored', () => {
  let postgres: PrivatePostgres;
  let nats: NatsProcess;
  let config: ConfigProcess;
  let edge: EdgeOfTest;
  let bus: Bus;
  let databases = 0;
  beforeAll(async () => {
    postgres = await startPrivatePostgres();
  });
  afterAll(() => postgres.close());
  beforeEach(async () => {
    databases += 1;
    nats = await startNats();
    config = await startConfig({ database: await postgres.createDatabase(`restored_${databases}`), nats: nats.url });
    bus = await connectBus({ url: nats.url, name: 'test', logger: silentLogger, clock: systemClock, wait: true });
    edge = new EdgeOfTest(nats.url);
    await edge.start();
  });
  afterEach(async () => {
    await edge.stop();
    await bus.close();
    await config.stop();
    await nats.close();
  });

  const create = async (path: string, body: object): Promise<string> => {
    const { status, body: answer } = await config.call('POST', path, body);
    expect(status).toBe(201);
    return answer.id;
  };
  const becomeTheSame = () =>
    waitUntil(
      async () => {
        const [stored, published] = [await storedIn(config), await edge.published()];
        return stored === published && stored === edge.used();
      },
      { what: 'edge, KV and store to be the same', deadline_ms: settled_ms },
    );
  const agentsOnNats = async (): Promise<string[]> => {
    const bucket = await bus.bucket('agents');
    const entries = await Promise.all((await bucket.keys()).map((key) => bucket.get(key)));
    return entries.flatMap((entry) => (entry ? [agentSchema.parse(JSON.parse(entry.value)).name] : [])).sort();
  };

  it.each([
    ['NATS as it was', false],
    ['a NATS that lost its data meanwhile', true],
  ])('its content is used, whatever was published since: %s', async (_what, isLost) => {
    const kept = await create('/sip-trunks/trunks', trunk(1));
    const changed = await create('/sip-trunks/trunks', trunk(2));
    const deleted = await create('/sip-trunks/trunks', trunk(3));
    await create('/agents', agent('kept'));
    await becomeTheSame();
    const before = await storedIn(config);
    const dump = await postgres.dump(config.database);

    for (const description of ['one', 'two', 'three']) {
      await config.call('PATCH', `/sip-trunks/trunks/${changed}`, { description, name: `changed to ${description}` });
    }
    await config.call('POST', `/sip-trunks/trunks/${kept}/numbers`, { phone_number: '+4930000019' });
    await config.call('DELETE', `/sip-trunks/trunks/${deleted}`);
    const since = await create('/sip-trunks/trunks', trunk(4));
    await create('/agents', agent('since'));
    const { body: token } = await config.call('POST', '/tokens', { name: 'since', role: 'member' });
    await becomeTheSame();
    expect(await storedIn(config)).not.toBe(before);

    await config.stop();
    if (isLost) {
      await nats.kill();
      await nats.loseData();
    }
    await postgres.restore(config.database, dump);
    if (isLost) await nats.restart();
    await config.restart();
    await becomeTheSame();
    expect(await storedIn(config)).toBe(before);
    expect(await agentsOnNats()).toEqual(['kept']);
    expect(await (await bus.bucket('tokens')).keys()).toEqual([secretHash(bootstrapToken)]);
    const answer = await fetch(`${config.url}/agents`, { headers: { authorization: `Bearer ${token.token}` } });
    expect(answer.status).toBe(401);
    expect((await config.call('GET', `/sip-trunks/trunks/${since}`)).status).toBe(404);

    // What is changed from now on is applied as well: no edge takes it for older than what it had.
    await config.call('PATCH', `/sip-trunks/trunks/${changed}`, { name: 'changed once more' });
    await config.call('DELETE', `/sip-trunks/trunks/${kept}`);
    await create('/sip-trunks/trunks', trunk(5));
    await becomeTheSame();
    expect(edge.used()).toContain('changed once more');
  });
});
