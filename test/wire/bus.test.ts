import type { Bus } from '@trunkline/runtime/bus';
import { silentLogger } from '@trunkline/runtime/logger';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { busContract } from '@trunkline/testkit/bus-contract';
import { startNats } from '@trunkline/testkit/nats-process';
import { waitUntil } from '@trunkline/testkit/wait-until';

busContract('The bus on NATS', async () => {
  const nats = await startNats();
  const opened: Bus[] = [];
  const connect = async (name: string): Promise<Bus> => {
    const bus = await connectBus({ url: nats.url, name, logger: silentLogger, wait: false });
    opened.push(bus);
    return bus;
  };
  const bus = await connect('test');
  return {
    bus,
    async disconnect() {
      await nats.kill();
      await waitUntil(() => !bus.connected, { what: 'the loss of the connection' });
    },
    reconnect: () => nats.restart(),
    async reconnectEmpty() {
      await nats.loseData();
      await nats.restart();
    },
    second: () => connect('second'),
    async close() {
      for (const each of opened) await each.close();
      await nats.close();
    },
  };
});
