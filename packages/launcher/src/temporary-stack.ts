import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@trunkline/runtime/clock';
import type { EnvSource } from '@trunkline/runtime/env';
import { randomIds } from '@trunkline/runtime/ids';
import { type Stack, type StackOptions, startStack } from './stack.ts';

/** The same from `src` and from `dist`. */
const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * A whole system of its own for a test: free ports, state in a new folder that `stop` removes. The services run from `dist`, so
 * the project has to be built. `env` may hold what `startStack` reads beside addresses, such as TRUNKLINE_LOG_LEVEL.
 */
export async function startTemporaryStack(
  options: Partial<Pick<StackOptions, 'services' | 'restart_services'>> & { readonly env?: EnvSource } = {},
): Promise<Stack> {
  // Not made by mkdtemp: the database's user has to get in.
  const dir = join(tmpdir(), `trunkline-stack-${process.pid}-${randomIds.hex(4)}`);
  const stack = await startStack({ root, dir, ports: 'free', clock: systemClock, ids: randomIds, env: {}, ...options });
  return {
    ...stack,
    async stop() {
      await stack.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
