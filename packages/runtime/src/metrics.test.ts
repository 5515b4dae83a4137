import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

it('writes counters, gauges and histograms with and without labels', async () => {
  const metrics = createMetrics({ service: 's', process: false });
  metrics.counter({ name: 'plain_total', help: 'h' }).add(3);
  metrics.gauge<'edge'>({ name: 'set_gauge', help: 'h', labels: ['edge'] }).set(4, { edge: 'e1' });
  metrics.histogram({ name: 'delay_seconds', help: 'h', buckets: [0.1, 1] }).observe(0.5);
  const text = await metrics.text();
  expect(text).toContain('plain_total{service="s"} 3');
  expect(text).toContain('set_gauge{edge="e1",service="s"} 4');
  expect(text).toContain('delay_seconds_bucket{le="0.1",service="s"} 0');
  expect(text).toContain('delay_seconds_bucket{le="1",service="s"} 1');
});

it('asks for a collected gauge each time and forgets labels that are gone', async () => {
  const metrics = createMetrics({ service: 's', process: false });
  let trunks = ['a', 'b'];
  metrics.gauge<'trunk'>({
    name: 'calls',
    help: 'h',
    labels: ['trunk'],
    collect: (set) => trunks.forEach((trunk, index) => void set(index, { trunk })),
  });
  expect(await metrics.text()).toContain('calls{trunk="b",service="s"} 1');
  trunks = ['a'];
  const text = await metrics.text();
  expect(text).toContain('calls{trunk="a",service="s"} 0');
  expect(text).not.toContain('trunk="b"');
});

it('keeps the metrics of two instances apart', async () => {
  const one = createMetrics({ service: 'one', process: false });
  const two = createMetrics({ service: 'two', process: false });
  one.counter({ name: 'same_total', help: 'h' }).add(1);
  two.counter({ name: 'same_total', help: 'h' }).add(2);
  expect(await one.text()).toContain('same_total{service="one"} 1');
  expect(await two.text()).not.toContain('"one"');
});
