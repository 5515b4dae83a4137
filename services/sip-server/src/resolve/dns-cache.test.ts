import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { expect, it } from 'vitest';
import { type DnsAnswer, DnsCache } from './dns-cache.ts';
import { addressesInHosts } from './hosts-file.ts';

function world() {
  const clock = createFakeClock();
  const asked: string[] = [];
  const answers = new Map<string, (answer: DnsAnswer<string>) => void>();
  const cache = new DnsCache<string>({
    clock,
    deadline_ms: 4_000,
    ask: (name) => {
      asked.push(name);
      return new Promise((resolve) => answers.set(name, resolve));
    },
  });
  const answer = async (name: string, given: DnsAnswer<string>): Promise<readonly string[]> => {
    const waiting = cache.get(name);
    answers.get(name)?.(given);
    return waiting;
  };
  return { clock, asked, cache, answer };
}

const found = (ttl_s: number, ...values: string[]): DnsAnswer<string> => ({ kind: 'found', values, ttl_s });

it('keeps an answer as long as it says, whatever the case of the name', async () => {
  const { clock, asked, cache, answer } = world();
  expect(await answer('gw.example', found(10, '192.0.2.1'))).toEqual(['192.0.2.1']);
  clock.advance(9_999);
  expect(await cache.get('GW.example')).toEqual(['192.0.2.1']);
  expect(asked).toHaveLength(1);
  clock.advance(1);
  expect(await answer('gw.example', found(10, '192.0.2.2'))).toEqual(['192.0.2.2']);
});

it('keeps it for half a minute that there is nothing', async () => {
  const { clock, asked, cache, answer } = world();
  expect(await answer('x', { kind: 'none' })).toEqual([]);
  clock.advance(29_999);
  expect([await cache.get('x'), asked.length]).toEqual([[], 1]);
  clock.advance(1);
  expect(await answer('x', found(1, 'a'))).toEqual(['a']);
});

it('asks once for many who wait, and a name that is slow holds up no other', async () => {
  const { clock, asked, cache, answer } = world();
  const slow = [cache.get('slow'), cache.get('slow')];
  expect(await answer('quick', found(60, 'a'))).toEqual(['a']);
  expect(asked).toEqual(['slow', 'quick']);
  clock.advance(4_000);
  expect(await Promise.all(slow)).toEqual([[], []]);
  expect(clock.pending()).toEqual([]);
});

it('uses the last good answer while servers fail, for an hour and no longer', async () => {
  const { clock, cache, answer } = world();
  await answer('gw', found(60, 'a'));
  clock.advance(60_000);
  expect(await answer('gw', { kind: 'failed' })).toEqual(['a']);
  clock.advance(14_999);
  expect(await cache.get('gw')).toEqual(['a']);
  clock.advance(3_600_000);
  expect(await answer('gw', { kind: 'failed' })).toEqual([]);
});

it('reads a hosts file', () => {
  const text = '127.0.0.1 localhost gw # gw2\n::1\tLocalhost\n# 10.0.0.1 gw\n\n';
  expect([addressesInHosts(text, 'LOCALHOST'), addressesInHosts(text, 'gw'), addressesInHosts(text, 'gw2')]).toEqual([
    ['127.0.0.1', '::1'],
    ['127.0.0.1'],
    [],
  ]);
});
