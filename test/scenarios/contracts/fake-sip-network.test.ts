import type { IncomingInvite } from '@trunkline/edge/admission/incoming-invite';
import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { expect } from 'vitest';
import { SipNetwork } from '../language/sip-network.ts';
import { signallingContract } from './signalling-contract.ts';

signallingContract('Signalling in memory', async () => {
  const clock = createFakeClock();
  const network = new SipNetwork(clock, () => clock.settle());
  const waiting: IncomingInvite[] = [];
  network.connect({ onInvite: (incoming) => waiting.push(incoming), onSignallingLost: () => {} });
  const alice = network.userAgent('alice', '203.0.113.7');
  const bob = network.userAgent('bob', '198.51.100.20');
  let taken = 0;
  const settled = async (what: string, condition: () => boolean): Promise<void> => {
    await clock.settle();
    expect(condition(), what).toBe(true);
  };
  return {
    caller: network,
    bobsUri: 'sip:bob@198.51.100.20',
    nobodysUri: 'sip:nobody@198.51.100.99',
    alice: (number, { sdp, ...message } = {}) =>
      alice.invites(number, sdp === '' ? { ...message, sdp: null } : message),
    async nextInvite() {
      await clock.settle();
      const incoming = waiting.shift();
      if (incoming === undefined) throw new Error('No INVITE reached the edge');
      return incoming;
    },
    async nextRing() {
      await clock.settle();
      const ring = bob.received[taken++];
      if (ring === undefined) throw new Error('No INVITE reached bob');
      return ring;
    },
    eventually: settled,
    quiet: () => clock.settle(),
    transactionTimePasses: () => clock.advanceAsync(32_000),
    async assertIdle() {
      await clock.advanceAsync(70_000);
      const legs = [...network.callerLegs, ...network.calleeLegs];
      expect(legs.filter((leg) => leg.isOpen || leg.isUp)).toEqual([]);
      expect(network.timers.pending).toBe(0);
    },
    close: async () => {},
  };
});
