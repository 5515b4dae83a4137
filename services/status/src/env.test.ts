import { readEnv } from '@trunkline/runtime/env';
import { describe, expect, it } from 'vitest';
import { envSchema } from './env.ts';

const enough = { TRUNKLINE_STATUS_DATABASE_URL: 'postgresql://user@127.0.0.1:5432/status' };

describe('the environment of status', () => {
  it('needs the database and nothing else', () => {
    expect(readEnv(envSchema, enough)).toEqual({
      ok: true,
      values: {
        ...enough,
        TRUNKLINE_NATS_URL: 'nats://127.0.0.1:4222',
        TRUNKLINE_LOG_LEVEL: 'info',
        TRUNKLINE_STATUS_LISTEN: { host: '127.0.0.1', port: 8081 },
        TRUNKLINE_STATUS_RETENTION_DAYS: 30,
        TRUNKLINE_STATUS_LOST_EDGE_MS: 40_000,
        TRUNKLINE_SIP_TRACES: [],
      },
    });
  });

  it('lists all faults', () => {
    const source = {
      TRUNKLINE_STATUS_LISTEN: 'here',
      TRUNKLINE_STATUS_RETENTION_DAYS: '0',
      TRUNKLINE_LOG_LEVEL: 'loud',
    };
    const result = readEnv(envSchema, source);
    expect(result.ok ? [] : result.faults.map(({ variable }) => variable).sort()).toEqual([
      'TRUNKLINE_LOG_LEVEL',
      'TRUNKLINE_STATUS_DATABASE_URL',
      'TRUNKLINE_STATUS_LISTEN',
      'TRUNKLINE_STATUS_RETENTION_DAYS',
    ]);
  });
});
