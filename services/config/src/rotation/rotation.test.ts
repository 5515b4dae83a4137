import type { AccountId } from '@trunkline/contracts/ids';
import { silentLogger } from '@trunkline/runtime/logger';
import { createSealer, sealContext } from '@trunkline/runtime/seal';
import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { beforeEach, describe, expect, it } from 'vitest';
import { editable } from '../store/contract/editable.ts';
import { openContractSubject } from '../store/contract/open-contract-subject.ts';
import { sampleAgent, sampleTrunk } from '../store/contract/sample.ts';
import { createMemoryStore, type MemoryStore } from '../store/memory/memory-store.ts';
import { createRotation } from './rotation.ts';

const [old, fresh, foreign] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

describe('a change of the master key', () => {
  let store: MemoryStore;
  let account: AccountId;
  beforeEach(async () => {
    store = createMemoryStore();
    account = (await openContractSubject(store, ['own'])).accounts[0] as AccountId;
  });

  async function fill(key: Uint8Array, count: number): Promise<void> {
    const { seal } = createSealer([key]);
    for (let index = 0; index < count; index += 1) {
      const made = sampleTrunk(account);
      const password = seal('tell-nobody', sealContext(account, made.trunk.id));
      const auth = { kind: 'userpass', username: `user${made.trunk.id}`, password } as const;
      await editable(store).createTrunk({ ...made, trunk: { ...made.trunk, auth } });
    }
    const agent = sampleAgent(account);
    const password = seal('agent-secret', sealContext(account, agent.agent.id));
    await editable(store).createAgent({
      ...agent,
      agent: { ...agent.agent, auth: { username: `bot${agent.agent.id}`, password } },
    });
  }
  const seals = async (): Promise<[string, string][]> => {
    const trunks = (await store.trunks(account, {})).map(({ trunk }) => trunk);
    const agents = (await store.agents(account, {})).map(({ agent }) => agent);
    return [...trunks, ...agents].map(({ id, auth }) => [id, auth !== null && 'password' in auth ? auth.password : '']);
  };
  const rotation = (keys: readonly Uint8Array[], clock = createFakeClock()) => {
    let commits = 0;
    const sealer = createSealer(keys);
    const made = createRotation({ store, sealer, clock, logger: silentLogger, committed: () => void commits++ });
    return { ...made, sealer, clock, commits: () => commits };
  };

  it('brings every secret under the new key, which alone then opens them', async () => {
    await fill(old, 450);
    const { start, stop, clock, commits } = rotation([fresh, old]);
    start();
    await clock.settle();
    await stop();
    const alone = createSealer([fresh]);
    const opened = (await seals()).map(([id, sealed]) => alone.open(sealed as never, sealContext(account, id)));
    expect(opened).toEqual([...Array(450).fill('tell-nobody'), 'agent-secret']);
    expect(commits()).toBe(4);
    expect(await store.drainOutbox(1_000, async () => {})).toBe(902 + 1);
  });

  it('changes nothing that is under the present key, and nothing that it cannot open', async () => {
    await fill(fresh, 2);
    await fill(foreign, 2);
    const before = await seals();
    const { start, stop, clock, commits } = rotation([fresh, old]);
    start();
    await clock.settle();
    await stop();
    expect(await seals()).toEqual(before);
    expect(commits()).toBe(0);
  });

  it('goes on after the database was away', async () => {
    await fill(old, 1);
    const { start, stop, clock, sealer } = rotation([fresh, old]);
    store.away = true;
    start();
    await clock.settle();
    store.away = false;
    await clock.advanceAsync(5_000);
    await stop();
    for (const [, sealed] of await seals()) expect(sealed.startsWith(sealer.current)).toBe(true);
  });
});
