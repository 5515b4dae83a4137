import type { Change } from '@trunkline/runtime/bus';
import { silentLogger } from '@trunkline/runtime/logger';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { freePort } from '@trunkline/testkit/free-port';
import { type NatsProcess, startNats } from '@trunkline/testkit/nats-process';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

describe('the bus on a NATS that is killed', () => {
  let nats: NatsProcess;
  const closers: (() => Promise<void>)[] = [];
  const connect = async (name: string) => {
    const bus = await connectBus({ url: nats.url, name, logger: silentLogger, wait: false });
    closers.push(() => bus.close());
    return bus;
  };
  beforeEach(async () => {
    nats = await startNats();
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    await nats.close();
  });

  it('shows every watcher the last value of every key, while eight writers go on over two kills', async () => {
    const writer = await connect('writer');
    const watcher = await connect('watcher');
    const state = new Map<string, string>();
    const faults: string[] = [];
    const fold = (change: Change): void => {
      if (change.kind === 'put') {
        // A key's value only ever grows, so an older one after a newer one is a fault of the watch.
        if (Number(change.value) < Number(state.get(change.key) ?? 0)) faults.push(`${change.key} went back`);
        state.set(change.key, change.value);
      } else faults.push(`${change.key} deleted`);
    };
    await (await watcher.bucket('trunks')).watch(fold, () => {});
    const bucket = await writer.bucket('trunks');
    const keys = Array.from({ length: 8 }, (_, n) => `account.trunk-${n}`);
    const last = new Map<string, number>();
    const rounds = 150;
    const write = async (key: string): Promise<void> => {
      for (let value = 1; value <= rounds; value++) {
        await waitUntil(() => bucket.put(key, `${value}`), { what: `the put of ${key}`, deadline_ms: 30_000 });
        last.set(key, value);
      }
    };
    const writing = Promise.all(keys.map(write));
    for (const kill of [rounds / 4, rounds / 2]) {
      await waitUntil(() => [...last.values()].some((value) => value >= kill), { what: 'the writers' });
      await nats.kill();
      await nats.restart();
    }
    await writing;
    const complete = (): boolean => keys.every((key) => state.get(key) === `${rounds}`);
    await waitUntil(complete, { what: 'the last values', found: () => JSON.stringify([...state]) });
    expect(faults).toEqual([]);
  });

  it('tells a watcher that starts under write load every key, and no key as deleted', async () => {
    const writer = await connect('writer');
    const bucket = await writer.bucket('trunks');
    const count = 2_000;
    for (let n = 0; n < count; n += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, k) => bucket.put(`account.trunk-${n + k}`, '0')));
    }
    let stop = false;
    const writing = (async () => {
      for (let n = 0; !stop; n = (n + 1) % 50) await bucket.put(`account.trunk-${n}`, '1');
    })();
    for (let look = 0; look < 5; look++) {
      const watcher = await connect(`watcher-${look}`);
      const seen = new Set<string>();
      let deletes = 0;
      let atReady = 0;
      const watch = await (await watcher.bucket('trunks')).watch(
        (change) => (change.kind === 'put' ? seen.add(change.key) : deletes++),
        () => {
          atReady = seen.size;
        },
      );
      await waitUntil(() => atReady > 0, { what: 'onReady' });
      expect(atReady).toBe(count);
      expect(deletes).toBe(0);
      await watch.stop();
    }
    stop = true;
    await writing;
  });

  it('waits for a NATS that is not there yet when asked to, and refuses when not', async () => {
    const port = await freePort();
    const url = `nats://127.0.0.1:${port}`;
    await expect(connectBus({ url, name: 'test', logger: silentLogger, wait: false })).rejects.toThrow(
      /does not answer/,
    );
    const patient = await connectBus({ url, name: 'test', logger: silentLogger, wait: true });
    expect(patient.connected).toBe(false);
    await patient.close();
  });

  it('connects by itself to a NATS that comes later', async () => {
    await nats.kill();
    const bus = await connectBus({ url: nats.url, name: 'test', logger: silentLogger, wait: true });
    closers.push(() => bus.close());
    let ready = false;
    await (await bus.bucket('trunks')).watch(
      () => {},
      () => {
        ready = true;
      },
    );
    await nats.restart();
    await waitUntil(() => ready, { what: 'the watch' });
    expect(bus.connected).toBe(true);
  });
});
