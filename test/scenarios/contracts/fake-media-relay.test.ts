import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { FakeMediaRelay } from '../language/fake-media-relay.ts';
import { mediaRelayContract } from './media-relay-contract.ts';

mediaRelayContract('The media relay in memory', async () => {
  const clock = createFakeClock();
  const relay = new FakeMediaRelay(clock);
  const deadRelay = new FakeMediaRelay(clock);
  deadRelay.dies();
  return {
    relay,
    deadRelay,
    address: '203.0.113.7',
    port: (side) => (side === 'caller' ? 40_000 : 41_000),
    openSessions: async () => relay.openSessions,
    async talk({ call }, packets) {
      relay.carry(call, 'caller', packets);
      relay.carry(call, 'callee', packets);
    },
    async wait(outcome) {
      await clock.advanceAsync(2_100);
      return outcome;
    },
    close: async () => {},
  };
});
