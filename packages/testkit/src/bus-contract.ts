import type { Bus } from '@trunkline/runtime/bus';
import { afterEach, beforeEach, describe } from 'vitest';
import { bucketTests } from './bus-contract/bucket-tests.ts';
import type { BusUnderTest, Context } from './bus-contract/bus-under-test.ts';
import { outageTests } from './bus-contract/outage-tests.ts';
import { requestTests } from './bus-contract/request-tests.ts';
import { streamTests } from './bus-contract/stream-tests.ts';
import { watchTests } from './bus-contract/watch-tests.ts';

/** Registers the tests that every {@link Bus} passes. */
export function busContract(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`${name} keeps the contract of the bus`, () => {
    let under: BusUnderTest;
    let bus: Bus;
    beforeEach(async () => {
      under = await open();
      bus = under.bus;
    });
    afterEach(() => under.close());
    const context: Context = { under: () => under, bus: () => bus };
    bucketTests(context);
    watchTests(context);
    streamTests(context);
    outageTests(context);
    requestTests(context);
  });
}
