import { apiClient } from '@trunkline/launcher/demo/api-client';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { systemClock } from '@trunkline/runtime/clock';
import { acceptAll, createRegistrarPeer, type RegistrarPeer } from '@trunkline/testkit/sip-peer/registrar-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { processUse } from './process-use.ts';

/** `node loadtest/dist/registrations.js [trunks] [REGISTERs per second] [seconds of steady state]` */
const [trunks = '10000', rate = '500', steady = '120'] = process.argv.slice(2);
const count = Number(trunks);
const steady_s = Number(steady);
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
    TRUNKLINE_REGISTER_RATE: rate,
    TRUNKLINE_QUALIFY_RATE: rate,
    TRUNKLINE_REGISTER_EXPIRES_S: '600',
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

async function report(running: Stack, { seen }: RegistrarPeer): Promise<void> {
  const names = ['edge', 'sip-server', 'nats-server', 'status'] as const;
  const uses = () => names.map((name) => processUse(running.pid(name) ?? 0));
  const before = uses();
  const mark = seen.length;
  const end = systemClock.now() + steady_s * 1_000;
  await waitUntil(() => systemClock.now() >= end, { what: 'the steady state', deadline_ms: steady_s * 1_000 + 60_000 });
  const after = uses();
  const lately = seen.slice(mark);
  const rates = ['REGISTER', 'OPTIONS'].map((method) => {
    const number = lately.filter((each) => each.method === method).length;
    return `${(number / steady_s).toFixed(1)} ${method}/s`;
  });
  process.stdout.write(`steady state over ${steady_s} s, expiry 600 s, OPTIONS every 60 s: ${rates.join(', ')}\n`);
  names.forEach((name, index) => {
    const [one, other] = [before[index], after[index]];
    if (one === undefined || other === undefined) return;
    const share = ((other.cpu_s - one.cpu_s) / steady_s) * 100;
    process.stdout.write(`  ${name.padEnd(12)} ${share.toFixed(1)} % of a core, ${one.rss_mb} -> ${other.rss_mb} MB\n`);
  });
}

function seconds(since: number): string {
  return ((systemClock.now() - since) / 1_000).toFixed(1);
}
