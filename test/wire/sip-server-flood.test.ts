import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFlood } from '@trunkline/loadtest/sip-server-flood';
import { afterAll, beforeAll, expect } from 'vitest';
import { onOurs } from './sip-server-target.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trunkline-flood-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

onOurs('drachtio-server does not limit a source')(
  'a flood of OPTIONS from one address leaves calls from another without a failure',
  async () => {
    const result = await runFlood({
      folder,
      flood_per_s: 3_000,
      flood_s: 3,
      calls_per_s: 10,
      env: { TRUNKLINE_SIP_SOURCE_RATE: '500' },
    });
    expect(result.carrier).toMatchObject({ successful: result.calls, failed: 0, shed: 0 });
    // A second's worth is taken at once, and then the rate.
    expect(result.dropped + result.lost_in_kernel).toBeGreaterThan(result.sent / 4);
  },
);
