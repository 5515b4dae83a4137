import { busContract } from './bus-contract.ts';
import { createMemoryBus } from './memory-bus.ts';

busContract('The bus in memory', async () => {
  const bus = createMemoryBus();
  return {
    bus,
    disconnect: async () => bus.setConnected(false),
    reconnect: async () => bus.setConnected(true),
    reconnectEmpty: async () => {
      bus.loseData();
      bus.setConnected(true);
    },
    second: async () => Object.assign(Object.create(bus) as typeof bus, { close: async () => {} }),
    close: () => bus.close(),
  };
});
