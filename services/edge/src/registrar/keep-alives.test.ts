import type { Binding } from '@trunkline/contracts/bindings';
import type { Instant } from '@trunkline/contracts/time';
import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { expect, it } from 'vitest';
import type { Answer, RequestSpec } from '../trunks/requester.ts';
import { KeepAlives } from './keep-alives.ts';

const answer: Answer = { kind: 'response', status: 200, reason: 'OK', header: () => undefined };

function world(bindings: Partial<Binding>[], isOurs = true, isSilent = false) {
  const clock = createFakeClock();
  const began_at = clock.now();
  const sent: { readonly spec: RequestSpec; readonly at: number }[] = [];
  const whole = bindings.map(
    (binding): Binding => ({
      ...{ contact: 'sip:bot@10.0.0.1', q: 1, expires_at: (began_at + 200_000) as Instant, sip_call_id: 'c', cseq: 1 },
      next_hop: 'sip:192.0.2.9:1024',
      ...binding,
    }),
  );
  const keeper = new KeepAlives({
    clock,
    chance: () => 0.5,
    hex: (bytes) => 'a'.repeat(bytes),
    requester: {
      request: (spec, done) => {
        sent.push({ spec, at: clock.now() - began_at });
        if (!isSilent) clock.after(5, () => done(answer));
      },
    },
    bindings: () => [['agent.a.b', whole]],
    isOurs: () => isOurs,
  });
  keeper.start();
  return { clock, sent, keeper };
}

it('sends OPTIONS on the way of a call, often enough for a NAT, as long as the binding lasts', () => {
  const { clock, sent, keeper } = world([{}]);
  clock.advance(60_000);
  expect(sent[0]?.spec).toMatchObject({ method: 'OPTIONS', uri: 'sip:bot@10.0.0.1', next_hop: 'sip:192.0.2.9:1024' });
  expect(sent.map(({ spec }) => spec.headers['CSeq'])).toEqual(['1 OPTIONS', '2 OPTIONS']);
  expect(new Set(sent.map(({ spec }) => spec.headers['Call-ID'])).size).toBe(1);
  clock.advance(240_000);
  const times = sent.map(({ at }) => at);
  for (const [index, at] of times.slice(1).entries()) expect(at - (times[index] ?? 0)).toBeLessThanOrEqual(25_000);
  expect(Math.max(...times)).toBeLessThan(200_000);
  expect(Math.max(...times)).toBeGreaterThan(170_000);
  expect(keeper.size).toBe(0);
});

it('asks over a connection less often', () => {
  const { clock, sent } = world([{ next_hop: 'sip:192.0.2.9:1024;transport=tcp' }]);
  clock.advance(100_000);
  expect(sent).toHaveLength(1);
});

it('leaves those alone that are reached where they say, and those of other edges', () => {
  for (const { clock, sent } of [world([{ next_hop: null }]), world([{}], false)]) {
    clock.advance(120_000);
    expect(sent).toEqual([]);
  }
});

it('asks one that is silent no second time before the first is over', () => {
  const { clock, sent } = world([{}], true, true);
  clock.advance(120_000);
  expect(sent).toHaveLength(1);
});
