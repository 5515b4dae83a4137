// A process for outbox.test.ts to kill: adds numbered events for ever and writes the number of each one that was added as
// terminal to standard output, after `add` returned.
import { systemClock } from '@trunkline/runtime/clock';
import { silentLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { createOutbox } from '@trunkline/runtime/outbox';

const [url, directory, first, last] = process.argv.slice(2);
const bus = await connectBus({ url, name: 'writer', logger: silentLogger, wait: true });
const outbox = createOutbox({
  bus,
  clock: systemClock,
  logger: silentLogger,
  metrics: createMetrics({ service: 'test', process: false }),
  directory,
  max_items: 1_000_000,
  max_bytes: 100_000_000,
});
let number = Number(first);
const step = () => {
  for (let n = 0; n < 5 && number < Number(last); n++, number++) {
    outbox.add({ subject: 'call.a.b.c.ended', payload: String(number), msg_id: `id-${number}` }, true);
    process.stdout.write(`${number}\n`);
  }
  if (number < Number(last)) systemClock.after(1, step);
  else void outbox.drain(30_000).then((left) => process.stdout.write(`left ${left}\n`));
};
step();
