import { isList, isObject, type Json, type Place, places } from './json-places.ts';

/** A body that means nothing, or something else to every reader. */
export interface Malformed {
  /** What is wrong, for the name of a failure. */
  readonly what: string;
  /** The field at fault; empty for the body. */
  readonly path: string;
  readonly text: string;
  /** For a schema to judge whether it is wrong; absent where it is, whatever the schema says. */
  readonly value?: Json;
}

/** What would begin another header field, or is no character, in a SIP message, a log or a page. */
const injections: readonly string[] = [
  'x\r\nVia: SIP/2.0/UDP evil;branch=z9hG4bK1',
  'x\nRoute: <sip:evil>',
  'x\rContact: <sip:evil>',
  '\u0000',
  'x\u0000y',
  'a\tb\u007f',
  'a\u001b[2Jb',
  'a\u0085b',
  'a\ud800b',
  'a\u2028b',
  'a\u2029b',
];
/** No fault in text for people. */
const lines = /^[\n\r\u2028\u2029 -~]*$/;

/** Of every type, huge, and of other scripts: the schema says which are wrong at a place. */
const others: readonly Json[] = [
  ...[null, true, false, 0, -1, 7.5, 1e300, 65_536, 2 ** 53, '', ' ', '-1', '7.5', 'no such thing', '١٢٣٤٥٦٧', 'ﬀ💥'],
  ...['x'.repeat(300), 'x'.repeat(5_000), '💥'.repeat(3_000), [], [[]], ['x'], [null], {}, { a: { b: {} } }],
];
const mostItems = 12_000;
const depth = 40;
/** Stands where text is put that no value can be. */
const mark = '\u{e000}';

/** Every malformed body that can be made of a right one. `isProse` says where text may have several lines. */
export function malform(right: Json, isProse: (path: string) => boolean): readonly Malformed[] {
  const all = places(right);
  return [
    ...wholes(JSON.stringify(right)),
    ...all.filter(({ path }) => path !== '').flatMap((place) => wrongIn(place, isProse)),
    ...all.flatMap((place) => wrongKeys(place)),
  ];
}

function wholes(text: string): readonly Malformed[] {
  const all = {
    'cut off': text.slice(0, -1),
    'two bodies': `${text}${text}`,
    'brackets without end': '['.repeat(50_000),
    'brackets only': `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    'larger than 1 MiB': `${text}${' '.repeat(1024 * 1024)}`,
    'a text': '"text"',
    'a number': '7',
    'a list': '[]',
    JavaScript: "{name: 'x'}",
  };
  return Object.entries(all).map(([what, given]) => ({ what, path: '', text: given }));
}

function wrongIn(place: Place, isProse: (path: string) => boolean): readonly Malformed[] {
  const { path, value } = place;
  const made = (what: string, other: Json): Malformed => ({ what, path, text: JSON.stringify(place.with(other)) });
  const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const text = made('deep', mark).text.replace(JSON.stringify(mark), deep);
  const judged = others.map((other) => ({
    ...made(`another value: ${JSON.stringify(other).slice(0, 30)}`, other),
    value: place.with(other),
  }));
  const injected = injections
    .filter((injection) => typeof value === 'string' && !(isProse(path) && lines.test(injection)))
    .map((injection) => made(`an injection: ${JSON.stringify(injection)}`, injection));
  const many = isList(value)
    ? [
        made(
          'too many',
          Array.from({ length: mostItems }, () => value[0] ?? 'x'),
        ),
      ]
    : [];
  return [...judged, ...injected, ...many, { what: 'deep', path, text }];
}

/** A key given twice, and keys that reach into JavaScript's objects. */
function wrongKeys({ path, value, with: put }: Place): readonly Malformed[] {
  if (!isObject(value)) return [];
  const marked = JSON.stringify(put({ [mark]: 0, ...value }));
  const fault = (what: string, key: string): Malformed => ({
    what,
    path: path === '' ? key : `${path}.${key}`,
    text: marked.replace(JSON.stringify(mark), JSON.stringify(key)),
  });
  return [
    ...Object.keys(value).map((key) => fault('a key given twice', key)),
    ...['__proto__', 'constructor', 'prototype'].map((key) => fault('a poisoned key', key)),
  ];
}
