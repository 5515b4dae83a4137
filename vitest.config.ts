import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Tests run on the sources: a workspace package's door is its file under `src`. */
const alias = [
  {
    find: /^@trunkline\/(sip|contracts|policy|runtime|testkit|launcher)\/(.*)$/,
    replacement: `${root}packages/$1/src/$2.ts`,
  },
  { find: /^@trunkline\/(loadtest)\/(.*)$/, replacement: `${root}$1/src/$2.ts` },
  { find: /^@trunkline\/(sip-server|edge|config|status)\/(.*)$/, replacement: `${root}services/$1/src/$2.ts` },
];

const ring = (name: string, include: string[], more: object = {}) => ({
  resolve: { alias },
  // Generous: a busy machine is slow, and no test is about its own speed.
  test: { name, include, exclude: ['**/dist/**', '**/node_modules/**'], testTimeout: 60_000, ...more },
});

export default defineConfig({
  test: {
    projects: [
      ring('unit', ['packages/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts', 'test/*.test.ts']),
      ring('scenarios', ['test/scenarios/**/*.test.ts', 'test/torture/**/*.test.ts']),
      ring('wire', ['test/wire/**/*.test.ts'], { hookTimeout: 120_000, fileParallelism: false }),
    ],
  },
});
