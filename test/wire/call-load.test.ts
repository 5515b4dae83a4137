import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { runCallLoad } from '@trunkline/loadtest/call-load';
import { afterAll, beforeAll, expect, test } from 'vitest';

const scenarios = fileURLToPath(new URL('../../loadtest/scenarios', import.meta.url));
let stack: Stack;
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trunkline-call-load-'));
  stack = await startTemporaryStack();
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test.each([0, 1_000])(
  'SIPp on both sides, 25 calls a second, hold %i ms: every call succeeds and is on record',
  async (hold_ms) => {
    const options = { rate_per_s: 25, duration_s: 6, hold_ms, scenarios, folder: join(folder, String(hold_ms)) };
    const { calls, carrier, records, left } = await runCallLoad(stack, options);
    expect(carrier).toMatchObject({ successful: calls, failed: 0 });
    expect(records).toEqual({ completed: calls });
    expect(left).toEqual({ calls: 0, dialogs: 0, rtpengine_sessions: 0 });
  },
);
