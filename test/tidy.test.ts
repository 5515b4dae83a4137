import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exceptions } from './tidy/exceptions.ts';
import { type Rule, rules } from './tidy/rules.ts';
import { parseSource, readSources, root } from './tidy/source-file.ts';

const sources = readSources();

function breaches(rule: Rule): string[] {
  const excepted = new Set(exceptions.filter((each) => each.rule === rule.name).map(({ path }) => path));
  return sources
    .filter(({ path }) => !excepted.has(path))
    .flatMap((file) => rule.find(file).map(({ line, what }) => `${file.path}:${line}: ${what}; ${rule.remedy}`));
}

describe('the tree is tidy', () => {
  it.each(rules)('$name', (rule) => {
    expect(breaches(rule)).toEqual([]);
  });

  it('every service has main.ts, env.ts, its own file and a README', () => {
    const missing = readdirSync(join(root, 'services')).flatMap((service) =>
      ['src/main.ts', 'src/env.ts', `src/${service}.ts`, 'README.md']
        .map((file) => `services/${service}/${file}`)
        .filter((path) => !existsSync(join(root, path))),
    );
    expect(missing).toEqual([]);
  });
});

describe('the rules', () => {
  it.each(rules)('"$name" finds its example', ({ find, example }) => {
    expect(find(parseSource(example.path, example.text))).toHaveLength(1);
  });
  it('are not fooled by comments and strings', () => {
    const text = `
      // setTimeout(x); console.log(1); Date.now()
      /* Math.random() import x from 'drachtio-srf'; */
      const a = 'Date.now() // no comment', b = \`console.log()\`, c = /setTimeout\\(['"]/, d = "import 'pino'";
      socket.setTimeout(5); const consoles = { log: 1 }; new Date(5); const TODO = 1;
    `;
    const file = parseSource('services/edge/src/x.ts', text);
    expect(rules.flatMap((rule) => rule.find(file).map(({ what }) => `${rule.name}: ${what}`))).toEqual([]);
  });
  it('see what stands behind a comment, a string or a regular expression', () => {
    const text = `const a = /'/; const b = 'x//'; /* ' */ const c = Date.now();\nconst d = 1 / 2; console.log(d);`;
    const file = parseSource('services/edge/src/x.ts', text);
    expect(rules.flatMap((rule) => rule.find(file).map(({ line, what }) => `${line} ${what}`))).toEqual([
      '1 Date.now',
      '2 console.',
    ]);
  });
  it('have no exception that nothing needs', () => {
    const needless = exceptions.filter(({ rule: name, path }) => {
      const rule = rules.find((each) => each.name === name);
      const file = sources.find((each) => each.path === path);
      return rule === undefined || file === undefined || rule.find(file).length === 0;
    });
    expect(needless).toEqual([]);
  });
  it('look at the whole project', () => {
    expect(sources.length).toBeGreaterThan(100);
    for (const folder of ['packages/sip', 'packages/runtime', 'services/edge', 'services/config', 'test/wire']) {
      expect(sources.some(({ path }) => path.startsWith(folder))).toBe(true);
    }
  });
});
