/** What a person wrote behind `./trunkline trunks`. */
export interface Arguments {
  readonly verb: string;
  /** An id, where the verb wants one. */
  readonly id: string | undefined;
  readonly json: boolean;
  /** Of `path=value` words and of `--body`. */
  readonly body: Readonly<Record<string, unknown>>;
}

export type ReadArguments =
  | { readonly ok: true; readonly value: Arguments }
  | { readonly ok: false; readonly message: string };

/**
 * `create name=x gateways.0.port=5062 --json`: a path leads into objects and lists; a value is JSON where it is a number, true,
 * false, null, a list or an object, else text. A value in quotation marks is text whatever it looks like.
 */
export function readArguments(words: readonly string[]): ReadArguments {
  const [verb = 'list', ...rest] = words.filter((word) => word !== '--json');
  const body: Record<string, unknown> = {};
  let id: string | undefined;
  for (const word of rest) {
    const [path = '', ...value] = word.split('=');
    if (value.length === 0 && id === undefined) id = word;
    else if (value.length === 0) return { ok: false, message: `${word} is neither an id nor name=value` };
    else if (!put(body, path.split('.'), readValue(value.join('=')))) {
      return { ok: false, message: `${path} does not lead to a field` };
    }
  }
  return { ok: true, value: { verb, id, json: words.includes('--json'), body } };
}

function readValue(text: string): unknown {
  if (!/^(true|false|null|-?(0|[1-9]\d{0,8})|[[{"].*)$/s.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const longestList = 1_000;

function put(into: Record<string, unknown>, path: readonly string[], value: unknown): boolean {
  const [key = '', ...rest] = path;
  if (!/^[a-z0-9][a-z_0-9]*$/.test(key)) return false;
  if (Array.isArray(into) && !(Number(key) <= Math.min(into.length, longestList))) return false;
  if (rest.length === 0) {
    into[key] = value;
    return true;
  }
  into[key] ??= /^\d+$/.test(rest[0] ?? '') ? [] : {};
  const next = into[key];
  return typeof next === 'object' && next !== null && put(next as Record<string, unknown>, rest, value);
}
