import { promises as dns } from 'node:dns';
import { readFile } from 'node:fs/promises';
import type { Clock } from '@trunkline/runtime/clock';
import { type DnsAnswer, DnsCache } from './dns-cache.ts';
import { addressesInHosts } from './hosts-file.ts';
import type { Resolver } from './resolver.ts';

/** For one question, with its repetitions. */
const DEADLINE_MS = 4_000;
/** The same for NAPTR, which few have, and which some servers leave unanswered. */
const NAPTR_DEADLINE_MS = 1_500;
const ATTEMPT_MS = 1_000;
const ATTEMPTS = 3;
/** Node does not say how long SRV and NAPTR records are good for. */
const UNKNOWN_TTL_S = 60;

/** Codes of Node that mean that there is no such record, as opposed to no answer. */
const NOTHING: readonly string[] = ['ENOTFOUND', 'ENODATA'];

/**
 * The DNS, asked by Node without its thread pool, so that names whose servers are slow do not hold up others. `servers` are
 * asked instead of the system's: `address` or `address:port`.
 */
export function createNodeResolver(clock: Clock, servers: readonly string[] = []): Resolver {
  const resolver = new dns.Resolver({ timeout: ATTEMPT_MS, tries: ATTEMPTS });
  if (servers.length > 0) resolver.setServers([...servers]);
  const listed = <T>(question: Promise<readonly T[]>): Promise<DnsAnswer<T>> =>
    settled(question.then((values) => ({ kind: 'found', values, ttl_s: UNKNOWN_TTL_S })));
  const naptr = new DnsCache({
    clock,
    deadline_ms: NAPTR_DEADLINE_MS,
    ask: (name) => listed(resolver.resolveNaptr(name)),
  });
  const srv = new DnsCache({ clock, deadline_ms: DEADLINE_MS, ask: (name) => listed(resolver.resolveSrv(name)) });
  const addresses = new DnsCache({ clock, deadline_ms: DEADLINE_MS, ask: (name) => askAddresses(resolver, name) });
  return {
    naptr: (name) => naptr.get(name),
    srv: (name) => srv.get(name),
    addresses: (name) => addresses.get(name),
  };
}

async function askAddresses(resolver: dns.Resolver, name: string): Promise<DnsAnswer<string>> {
  const local = await readFile('/etc/hosts', 'utf8').then(
    (text) => addressesInHosts(text, name),
    () => [],
  );
  if (local.length > 0) return { kind: 'found', values: local, ttl_s: UNKNOWN_TTL_S };
  const [four, six] = await Promise.all([
    settled(resolver.resolve4(name, { ttl: true }).then(withTtl)),
    settled(resolver.resolve6(name, { ttl: true }).then(withTtl)),
  ]);
  const found = [four, six].filter((answer) => answer.kind === 'found');
  if (found.length === 0) return four.kind === 'failed' || six.kind === 'failed' ? { kind: 'failed' } : four;
  const ttl_s = Math.min(...found.map((answer) => answer.ttl_s));
  return { kind: 'found', values: found.flatMap(({ values }) => values), ttl_s };
}

function withTtl(records: readonly { readonly address: string; readonly ttl: number }[]): DnsAnswer<string> {
  if (records.length === 0) return { kind: 'none' };
  const ttl_s = Math.min(...records.map(({ ttl }) => ttl));
  return { kind: 'found', values: records.map(({ address }) => address), ttl_s };
}

function settled<T>(question: Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>> {
  return question.catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return NOTHING.includes(code) ? { kind: 'none' } : { kind: 'failed' };
  });
}
