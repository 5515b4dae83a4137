import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { startNats } from '@trunkline/testkit/nats-process';
import { startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { expect, test } from 'vitest';
import { masterKey } from './config-process.ts';

const main = fileURLToPath(new URL('../../services/config/dist/main.js', import.meta.url));
const deadline_ms = 60_000;

test('a database that refuses the user is told by /ready, and tried until it accepts', async () => {
  const [postgres, nats] = [await startPrivatePostgres(), await startNats()];
  const owned = await postgres.createDatabase('refusing');
  const refused = new URL(owned);
  refused.username = 'latecomer';
  refused.password = 'tell-nobody';
  const address = `127.0.0.1:${await freePort()}`;
  const config = await startProgram({
    name: 'config',
    command: process.execPath,
    args: [main],
    env: {
      TRUNKLINE_CONFIG_LISTEN: address,
      DATABASE_URL: refused.href,
      TRUNKLINE_NATS_URL: nats.url,
      TRUNKLINE_MASTER_KEY: masterKey,
    },
  });
  const ready = async () => {
    const response = await fetch(`http://${address}/ready`);
    return { status: response.status, text: await response.text() };
  };
  try {
    const told = await waitUntil(
      async () => {
        const answer = await ready();
        return answer.text.includes('refuses') && answer;
      },
      { what: 'the reason', deadline_ms, found: () => config.log() },
    );
    expect([told.status, JSON.parse(told.text)]).toMatchObject([
      503,
      { reasons: [{ check: 'database', reason: 'the database refuses the user or the password' }, {}] },
    ]);
    expect(config.exit).toBeUndefined();
    await promisify(execFile)('psql', ['-X', '-q', '-d', owned, '-c', 'create role latecomer login superuser']);
    await waitUntil(async () => (await ready()).status === 200, { what: 'readiness', deadline_ms });
    expect(config.log()).not.toContain('tell-nobody');
  } finally {
    await config.stop();
    await nats.close();
    await postgres.close();
  }
});
