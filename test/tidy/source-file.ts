import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A source file as the rules see it. */
export interface SourceFile {
  /** From the root of the project, with slashes. */
  readonly path: string;
  readonly text: string;
  /** The text with comments and the contents of strings made blank, so that lines and columns stay. */
  readonly code: string;
  /** The text with all but its comments made blank. */
  readonly comments: string;
  readonly imports: readonly Import[];
}

export interface Import {
  readonly from: string;
  readonly line: number;
  readonly reexports: boolean;
}

export const root = fileURLToPath(new URL('../..', import.meta.url));

const folders = ['packages', 'services', 'test', 'loadtest', 'infra'];
const skipped = new Set(['node_modules', 'dist', 'coverage']);
const extensions = /\.(ts|mts|js|mjs)$/;

export function readSources(): SourceFile[] {
  return folders
    .flatMap((folder) => walk(join(root, folder)))
    .map((path) => parseSource(relative(root, path), readFileSync(path, 'utf8')));
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : walk(path);
    return extensions.test(entry.name) ? [path] : [];
  });
}

export function parseSource(path: string, text: string): SourceFile {
  const code = text.replace(token, (found) =>
    isComment(found) ? blank(found) : found.charAt(0) + blank(found.slice(1, -1)) + found.charAt(found.length - 1),
  );
  let comments = '';
  for (const { index, 0: found } of text.matchAll(token)) {
    if (isComment(found)) comments += blank(text.slice(comments.length, index)) + found;
  }
  return { path, text, code, comments, imports: findImports(text, code) };
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Statements and `import()`. The words are looked for in the code, the module's name in the text. */
function findImports(text: string, code: string): Import[] {
  const pattern = /(?:^|\n)\s*(import|export)\b(?:[^;'"]*?\bfrom)?\s*(['"])|\bimport\s*\(\s*(['"])/g;
  return [...code.matchAll(pattern)].map((match) => {
    const start = match.index + match[0].length;
    const quote = match[2] ?? match[3] ?? "'";
    const keyword = match.index + match[0].search(/import|export/);
    return {
      from: text.slice(start, text.indexOf(quote, start)),
      line: lineAt(text, keyword),
      reexports: match[1] === 'export',
    };
  });
}

/** Comments, strings and regular expressions. Code inside a template literal goes unseen. */
const token =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|(?<=[=(,:;!&|?[{}\n]\s*|return\s+)\/(?![/*])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;

const isComment = (found: string): boolean => found.startsWith('//') || found.startsWith('/*');

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
