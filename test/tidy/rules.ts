import { posix } from 'node:path';
import { isTestCode, libraryPlaces, testLibraries, workspaceImports } from './allowed-imports.ts';
import { lineAt, type SourceFile } from './source-file.ts';

export interface Rule {
  readonly name: string;
  /** What to do instead, and why. */
  readonly remedy: string;
  /** Lines at fault, each with what is wrong there. */
  readonly find: (file: SourceFile) => readonly Finding[];
  /** A file that breaks the rule, so that a rule which finds nothing is itself found. */
  readonly example: { readonly path: string; readonly text: string };
}

export interface Finding {
  readonly line: number;
  readonly what: string;
}

const maxLines = 300;
/** A test tells one situation after the other; it is read by the case. */
const maxTestLines = 500;

export const rules: readonly Rule[] = [
  {
    name: 'import direction',
    remedy: 'import along sip <- contracts <- policy, runtime <- services (DESIGN.md §2); services meet on NATS',
    find: (file) => file.imports.filter((each) => !directionAllowed(file.path, each.from)).map(importFinding),
    example: { path: 'packages/contracts/src/x.ts', text: "import { systemClock } from '@trunkline/runtime/clock';" },
  },
  {
    name: 'library in its one place',
    remedy:
      'use the interface of the folder that owns the library; a new library gets its folder in allowed-imports.ts',
    find: (file) => file.imports.filter((each) => !libraryAllowed(file.path, each.from)).map(importFinding),
    example: { path: 'services/edge/src/call/x.ts', text: "import {\n  Srf,\n} from 'drachtio-srf';" },
  },
  {
    name: 'relative import stays in its package',
    remedy: 'import by the name of the package: its doors are its exports',
    find: (file) => file.imports.filter((each) => leavesPackage(file.path, each.from)).map(importFinding),
    example: { path: 'services/edge/src/x.ts', text: "import { parse } from '../../../packages/sip/src/uri.ts';" },
  },
  {
    name: 'no barrel',
    remedy: 'import from the file that declares the thing; a file that passes on others hides who uses what',
    find: (file) => file.imports.filter((each) => each.reexports).map(importFinding),
    example: { path: 'packages/sip/src/index.ts', text: "export { parseUri } from './uri.ts';" },
  },
  {
    name: `at most ${maxLines} lines, in tests ${maxTestLines}`,
    remedy: 'split the file: one verb or one noun each',
    find: ({ path, text }) => {
      const most = isTestCode(path) ? maxTestLines : maxLines;
      const lines = text.trimEnd().split('\n').length;
      return lines > most ? [{ line: most + 1, what: `${lines} lines` }] : [];
    },
    example: { path: 'packages/sip/src/x.ts', text: `${'\n'.repeat(maxLines)}x` },
  },
  {
    name: 'time only through the clock',
    remedy: 'take a Clock (packages/runtime/src/clock.ts), or the time as a parameter',
    find: words(
      /(?<![.\w])(setTimeout|setInterval)\s*\(|\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bprocess\.hrtime\b/,
      (file) => !['packages/runtime/src/clock.ts', 'services/status/web/clock.js'].includes(file.path),
    ),
    example: { path: 'services/edge/src/x.ts', text: 'const late = Date.now() + 5;' },
  },
  {
    name: 'no timers module',
    remedy: 'take a Clock (packages/runtime/src/clock.ts)',
    find: (file) => file.imports.filter(({ from }) => /^(node:)?timers(\/promises)?$/.test(from)).map(importFinding),
    example: { path: 'test/wire/x.test.ts', text: "import { setTimeout as sleep } from 'node:timers/promises';" },
  },
  {
    name: 'chance only through ids',
    remedy: 'take Ids (packages/runtime/src/ids.ts), or random bytes as a parameter that main.ts fills',
    find: words(
      /\bMath\.random\b|\b(randomBytes|randomUUID|randomInt)\s*\(/,
      ({ path }) => !/runtime\/src\/ids\.ts$|\/main\.ts$/.test(path),
    ),
    example: { path: 'services/edge/src/x.ts', text: 'const port = Math.random();' },
  },
  {
    name: 'no sleep in a test',
    remedy: 'wait for the condition (testkit/wait-until.ts), or move the fake clock',
    find: words(/\bsystemClock\s*\.after\b|\bwaitForTimeout\b/, ({ path }) => /\.test\.ts$/.test(path)),
    example: { path: 'test/wire/x.test.ts', text: 'await new Promise((done) => systemClock.after(100, done));' },
  },
  {
    name: 'no test left out',
    remedy: 'run it, or remove it with its reason in the commit',
    find: words(/\b(it|test|describe)\.(only|skip|todo|fails)\b/, ({ path }) => /\.test\.ts$/.test(path)),
    example: { path: 'test/x.test.ts', text: "it.skip('later', () => {});" },
  },
  {
    name: 'no console',
    remedy: 'take a Logger (packages/runtime/src/logger.ts)',
    find: words(/(?<![.\w])console\s*\./, () => true),
    example: { path: 'services/edge/src/x.ts', text: "console.log('here');" },
  },
  {
    name: 'the environment is read in main.ts',
    remedy: 'read it with readEnv in main.ts and pass the value (STYLE.md: one composition root)',
    find: words(
      /\bprocess\.env\b/,
      ({ path }) =>
        /^(packages\/(sip|contracts|policy)|services)\//.test(path) && !/\/main\.ts$|\.test\.ts$/.test(path),
    ),
    example: { path: 'services/edge/src/call/x.ts', text: "const url = process.env['TRUNKLINE_NATS_URL'];" },
  },
  {
    name: 'nothing put off in a comment',
    remedy: 'do it, or open an issue: the tree states the present',
    find: ({ comments }) =>
      [...comments.matchAll(/\b(TODO|FIXME|XXX|HACK)\b/g)].map(({ index, 0: what }) => ({
        line: lineAt(comments, index),
        what,
      })),
    example: { path: 'packages/sip/src/x.ts', text: 'const a = 1; // TODO later' },
  },
];

/** Finds a pattern in the code of the files for which `applies`. */
function words(pattern: RegExp, applies: (file: SourceFile) => boolean): Rule['find'] {
  const global = new RegExp(pattern, 'g');
  return (file) =>
    applies(file)
      ? [...file.code.matchAll(global)].map(({ index, 0: what }) => ({ line: lineAt(file.text, index), what }))
      : [];
}

function importFinding({ from, line }: SourceFile['imports'][number]): Finding {
  return { line, what: from };
}

/** `packages/sip`, `services/edge`, or the top folder. */
function packageOf(path: string): string {
  const [top = '', name = ''] = path.split('/');
  return top === 'packages' || top === 'services' ? `${top}/${name}` : top;
}

function directionAllowed(path: string, from: string): boolean {
  const target = /^@trunkline\/([^/]+)/.exec(from)?.[1];
  if (target === undefined || path.startsWith('test/')) return true;
  const allowed = workspaceImports[packageOf(path)] ?? [];
  return allowed.includes(target) || (target === 'testkit' && isTestCode(path));
}

function libraryAllowed(path: string, from: string): boolean {
  if (from.startsWith('.') || from.startsWith('/') || from.startsWith('node:') || from.startsWith('@trunkline/'))
    return true;
  const library = from.split('/', from.startsWith('@') ? 2 : 1).join('/');
  return libraryPlaces[library]?.test(path) === true || (isTestCode(path) && testLibraries.has(library));
}

function leavesPackage(path: string, from: string): boolean {
  if (!from.startsWith('.')) return false;
  return packageOf(posix.join(posix.dirname(path), from)) !== packageOf(path);
}
