import { readEnv } from '@trunkline/runtime/env';
import { describe, expect, it } from 'vitest';
import { envSchema } from './env.ts';

const whole = {
  DATABASE_URL: 'postgresql://trunkline@127.0.0.1:5432/trunkline',
  TRUNKLINE_MASTER_KEY: 'ab'.repeat(32),
};

describe('the environment of config', () => {
  it('needs only the database and the master key', () => {
    const read = readEnv(envSchema, whole);
    expect(read.ok && read.values).toMatchObject({
      TRUNKLINE_CONFIG_LISTEN: { host: '127.0.0.1', port: 8080 },
      TRUNKLINE_NATS_URL: 'nats://127.0.0.1:4222',
      TRUNKLINE_RECONCILE_INTERVAL_S: 60,
      TRUNKLINE_LOG_LEVEL: 'info',
    });
  });

  it('tells all faults at once, without the values', () => {
    const source = {
      TRUNKLINE_MASTER_KEY: 'my secret',
      TRUNKLINE_BOOTSTRAP_TOKEN: 'short',
      TRUNKLINE_CONFIG_LISTEN: 'everywhere',
      TRUNKLINE_RECONCILE_INTERVAL_S: 'often',
    };
    const read = readEnv(envSchema, source);
    if (read.ok) throw new Error('a wrong environment was taken');
    expect(read.faults.map(({ variable }) => variable).sort()).toEqual([
      'DATABASE_URL',
      'TRUNKLINE_BOOTSTRAP_TOKEN',
      'TRUNKLINE_CONFIG_LISTEN',
      'TRUNKLINE_MASTER_KEY',
      'TRUNKLINE_RECONCILE_INTERVAL_S',
    ]);
    for (const fault of read.faults) expect(fault.remedy).toMatch(/^set it to /);
    expect(JSON.stringify(read.faults)).not.toContain('my secret');
  });

  it('takes no bootstrap token that could not stand in a header', () => {
    expect(readEnv(envSchema, { ...whole, TRUNKLINE_BOOTSTRAP_TOKEN: 'sixteen or more, with blanks' }).ok).toBe(false);
  });
});
