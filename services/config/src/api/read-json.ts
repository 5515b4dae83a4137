/** Objects and lists inside one another. */
const maxDepth = 32;

export type ReadJson =
  | { readonly kind: 'ok'; readonly value: unknown }
  | { readonly kind: 'repeated-key'; readonly path: string }
  /** `__proto__` and its like, which reach into JavaScript's objects. */
  | { readonly kind: 'forbidden-key'; readonly path: string }
  /** `path` is the field of the whole in which that is. */
  | { readonly kind: 'too-deep'; readonly path: string }
  | { readonly kind: 'invalid' };

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

interface Level {
  /** Undefined in a list. */
  readonly keys: Set<string> | undefined;
  /** Where in the parent this is. */
  readonly place: string;
  at: string;
  index: number;
}

/**
 * Reads JSON (RFC 8259), and refuses what readers understand in different ways: an object with one key twice (§4) is to some the
 * first, to others the last of the two.
 */
export function readJson(text: string): ReadJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'invalid' };
  }
  const levels: Level[] = [];
  let word: string | undefined;
  for (const [found] of text.matchAll(token)) {
    const level = levels.at(-1);
    if (found === '{' || found === '[') {
      if (levels.length >= maxDepth) return { kind: 'too-deep', path: levels[1]?.place ?? '' };
      levels.push({ keys: found === '{' ? new Set() : undefined, place: pathOf(level), at: '', index: 0 });
    } else if (found === '}' || found === ']') {
      levels.pop();
    } else if (found === ',' && level !== undefined) {
      level.index += 1;
    } else if (found === ':' && level?.keys !== undefined && word !== undefined) {
      const key = JSON.parse(word) as string;
      level.at = key;
      if (forbidden.has(key)) return { kind: 'forbidden-key', path: pathOf(level) };
      if (level.keys.has(key)) return { kind: 'repeated-key', path: pathOf(level) };
      level.keys.add(key);
    }
    word = found.startsWith('"') ? found : undefined;
  }
  return { kind: 'ok', value };
}

/** `gateways[0].port` */
function pathOf(level: Level | undefined): string {
  if (level === undefined) return '';
  if (level.keys === undefined) return `${level.place}[${level.index}]`;
  return level.place === '' ? level.at : `${level.place}.${level.at}`;
}
