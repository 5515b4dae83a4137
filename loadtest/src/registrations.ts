import { apiClient } from '@trunkline/launcher/demo/api-client';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { systemClock } from '@trunkline/runtime/clock';
import { acceptAll, createRegistrarPeer, type RegistrarPeer } from '@trunkline/testkit/sip-peer/registrar-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { processUse } from './process-use.ts';

/** `node loadtest/dist/registrations.js [trunks] [REGISTERs per second] [seconds of steady state] [seconds of a registration]` */
const [trunks = '10000', rate = '500', steady = '300', expires = '120'] = process.argv.slice(2);
const count = Number(trunks);
const steady_s = Number(steady);
const sample_s = 30;
const posters = 16;
const deadline_ms = 900_000;

const registrar = await createRegistrarPeer({ clock: systemClock, address: '127.0.0.18' });
const challenge = 'Digest realm="load", nonce="one-nonce-for-the-whole-run", algorithm=MD5, qop="auth"';
registrar.onRequest((request, { method, has_credentials }) =>
  method === 'REGISTER' && !has_credentials
    ? { status: 401, headers: [['WWW-Authenticate', challenge]] }
    : acceptAll(request),
);
const stack = await startTemporaryStack({
  env: {
    ...process.env,
    TRUNKLINE_REQUESTS_PER_S: '10000',
    TRUNKLINE_REGISTER_RATE: rate,
    TRUNKLINE_QUALIFY_RATE: rate,
    TRUNKLINE_REGISTER_EXPIRES_S: expires,
  },
});
try {
  const made_at = systemClock.now();
  await makeTrunks(stack, registrar);
  const all_made_s = seconds(made_at);
  await allRegistered(registrar, 0);
  process.stdout.write(
    `${count} trunks made over the API in ${all_made_s} s, all registered after ${seconds(made_at)} s\n`,
  );

  await stack.kill('edge', 'SIGKILL');
  const mark = registrar.seen.length;
  const restarted_at = systemClock.now();
  await stack.restart('edge');
  const ready_s = seconds(restarted_at);
  await allRegistered(registrar, mark);
  const seen = registrar.seen.slice(mark);
  process.stdout.write(
    `edge killed and started again: ready after ${ready_s} s, all ${count} registered after ${seconds(restarted_at)} s; ` +
      `at most ${peak(seen, 'REGISTER')} REGISTERs in any second (rate ${rate})\n`,
  );
  await waitUntil(() => probed(registrar, mark) >= count, { what: 'every gateway to be asked', deadline_ms });
  process.stdout.write(
    `every gateway asked after ${seconds(restarted_at)} s; at most ${peak(registrar.seen.slice(mark), 'OPTIONS')} OPTIONS in any second\n`,
  );
  await report(stack, registrar);
} finally {
  await stack.stop();
  await registrar.close();
}

async function makeTrunks({ urls, token }: Stack, { address, port }: RegistrarPeer): Promise<void> {
  const api = apiClient(token);
  let next = 0;
  const post = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      await api.post(`${urls.config}/sip-trunks/trunks`, {
        ...{ name: `Trunk ${index}`, provider: 'load', auth_type: 'userpass', auth_username: `user-${index}` },
        ...{ auth_password: `password-${index}`, qualify_frequency: 60 },
        gateways: [{ gateway_address: address, port, priority: 1 }],
      });
    }
  };
  await Promise.all(Array.from({ length: posters }, post));
}

/** Every Contact has been accepted since `mark`. */
async function allRegistered({ seen }: RegistrarPeer, mark: number): Promise<void> {
  const users = new Set<string>();
  let read = mark;
  const look = (): boolean => {
    for (; read < seen.length; read += 1) {
      const each = seen[read];
      if (each?.method === 'REGISTER' && each.has_credentials && each.expires !== 0) users.add(each.contact_user);
    }
    return users.size >= count;
  };
  await waitUntil(look, { what: `${count} registrations`, deadline_ms, found: () => String(users.size) });
}

function probed({ seen }: RegistrarPeer, mark: number): number {
  const ids = new Set<string>();
  for (const { method, call_id } of seen.slice(mark)) if (method === 'OPTIONS') ids.add(call_id);
  return ids.size;
}

/** The most requests of a method within any 1,000 ms. */
function peak(seen: RegistrarPeer['seen'], method: string): number {
  const times = seen.filter((each) => each.method === method).map(({ at }) => at);
  let first = 0;
  let most = 0;
  times.forEach((time, index) => {
    while (time - (times[first] ?? time) >= 1_000) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** What the processes take, interval by interval, while registrations are refreshed and gateways asked. */
async function report(running: Stack, { seen }: RegistrarPeer): Promise<void> {
  const names = ['edge', 'sip-server', 'nats-server', 'status'] as const;
  const uses = () => names.map((name) => processUse(running.pid(name) ?? 0));
  process.stdout.write(`steady state over ${steady_s} s, expiry ${expires} s, OPTIONS every 60 s\n`);
  process.stdout.write(`${'s'.padStart(5)} REGISTER/s OPTIONS/s  ${names.map((name) => name.padEnd(18)).join(' ')}\n`);
  const mark = seen.length;
  const began_at = systemClock.now();
  for (let at_s = 0; at_s < steady_s; at_s += sample_s) {
    const [before, from] = [uses(), seen.length];
    const end = began_at + (at_s + sample_s) * 1_000;
    await waitUntil(() => systemClock.now() >= end, { what: 'the next sample', deadline_ms: 2 * sample_s * 1_000 });
    const after = uses();
    const lately = seen.slice(from);
    const rates = ['REGISTER', 'OPTIONS'].map((method) => {
      const number = lately.filter((each) => each.method === method).length;
      return (number / sample_s).toFixed(1).padStart(9);
    });
    const shares = names.map((_, index) => {
      const [one, other] = [before[index], after[index]];
      const share = (((other?.cpu_s ?? 0) - (one?.cpu_s ?? 0)) / sample_s) * 100;
      return `${share.toFixed(1).padStart(5)} % ${String(other?.rss_mb).padStart(4)} MB`.padEnd(18);
    });
    process.stdout.write(`${String(at_s + sample_s).padStart(5)}  ${rates.join(' ')}  ${shares.join(' ')}\n`);
  }
  rounds(seen.slice(mark));
}

/** How often each registration was refreshed and each gateway asked, and the busiest second. */
function rounds(seen: RegistrarPeer['seen']): void {
  for (const [method, word] of [
    ['REGISTER', 'refreshed'],
    ['OPTIONS', 'asked'],
  ] as const) {
    const times = new Map<string, number>();
    for (const each of seen) {
      if (each.method === method) times.set(each.call_id, (times.get(each.call_id) ?? 0) + 1);
    }
    const least = Math.min(...times.values());
    process.stdout.write(
      `${times.size} ${word}, each at least ${least} times; at most ${peak(seen, method)} ${method} in any second (rate ${rate})\n`,
    );
  }
}

function seconds(since: number): string {
  return ((systemClock.now() - since) / 1_000).toFixed(1);
}
