import type { FuzzRandom } from './fuzz-random.ts';
import { FIELD_NAMES, NUMBERS, WORDS } from './fuzz-words.ts';

/** Bytes; what is longer is cut, as a datagram would be. */
const MOST_BYTES = 65_000;
const HEAD_END = '\r\n\r\n';
const SEPARATORS = ' \t\r\n:;,=<>@?&"()[]/';

type Mutation = (random: FuzzRandom, text: string, other: string) => string;

/** Some mutations of a message; `other` is one to take pieces of. One in eight is left as it is. */
export function mutate(random: FuzzRandom, text: string, other: string): string {
  let mutated = text;
  for (let count = [0, 1, 1, 1, 2, 2, 3, 6][random.below(8)] ?? 0; count > 0; count -= 1) {
    mutated = random.pick(MUTATIONS)(random, mutated, other);
    if (mutated.length > MOST_BYTES) mutated = mutated.slice(0, MOST_BYTES);
  }
  return mutated;
}

/** Replaces `length` bytes at `at`. */
const splice = (text: string, at: number, length: number, by: string): string =>
  text.slice(0, at) + by + text.slice(at + length);

/** Changes the lines of the head; a message without head is left alone. */
const inLines =
  (change: (random: FuzzRandom, lines: string[], other: string) => void): Mutation =>
  (random, text, other) => {
    const end = text.indexOf(HEAD_END);
    if (end < 0) return text;
    const lines = text.slice(0, end).split('\r\n');
    change(random, lines, other);
    return lines.join('\r\n') + text.slice(end);
  };

const anyLine = (random: FuzzRandom, lines: readonly string[]): number => 1 + random.below(lines.length - 1);

const copyLine = inLines((random, lines) => {
  lines.splice(anyLine(random, lines), 0, lines[anyLine(random, lines)] ?? '');
});
const dropLine = inLines((random, lines) => void lines.splice(anyLine(random, lines), 1));
const moveLine = inLines((random, lines) => {
  lines.splice(anyLine(random, lines), 0, ...lines.splice(anyLine(random, lines), 1));
});
const repeatLine = inLines((random, lines) => {
  const times = random.pick([2, 2, 2, 2, 10, 10, 10, 300]);
  lines.splice(1, 0, ...Array<string>(times).fill(lines[anyLine(random, lines)] ?? ''));
});
const renameLine = inLines((random, lines) => {
  const at = anyLine(random, lines);
  lines[at] = (lines[at] ?? '').replace(/^[^:]*/, random.pick(FIELD_NAMES));
});
const foldLine = inLines((random, lines) => {
  const at = anyLine(random, lines);
  lines[at] = (lines[at] ?? '').replace(/[ ;,=]/, (found) => `${found}\r\n\t `);
});
const takeLine = inLines((random, lines, other) => {
  const theirs = other.slice(0, other.indexOf(HEAD_END)).split('\r\n');
  lines.splice(anyLine(random, lines), 0, theirs[anyLine(random, theirs)] ?? '');
});
const newLine = inLines((random, lines) => {
  lines.splice(anyLine(random, lines), 0, `${random.pick(FIELD_NAMES)}: ${random.pick(WORDS)}${random.pick(NUMBERS)}`);
});
const newStart = inLines((random, lines, other) => {
  lines[0] = random.chance(50) ? other.slice(0, other.indexOf('\r\n')) : `${random.pick(WORDS)} ${lines[0] ?? ''}`;
});

/** A run between separators becomes something else. */
const changeWord: Mutation = (random, text) => {
  let start = random.below(text.length);
  while (start > 0 && !SEPARATORS.includes(text.charAt(start - 1))) start -= 1;
  let end = start;
  while (end < text.length && !SEPARATORS.includes(text.charAt(end))) end += 1;
  return splice(text, start, end - start, random.pick(WORDS));
};
const changeNumber: Mutation = (random, text) => {
  const from = random.below(text.length);
  const found = /\d+/.exec(text.slice(from, from + 200));
  return found === null ? text : splice(text, from + found.index, found[0].length, random.pick(NUMBERS));
};
const changeLength: Mutation = (random, text) =>
  text.replace(/(\r\n(?:Content-Length|l)[ \t]*:[ \t]*)-?\d*/i, (_, name: string) => name + random.pick(NUMBERS));
const addWord: Mutation = (random, text) => splice(text, random.below(text.length + 1), 0, random.pick(WORDS));
const addLong: Mutation = (random, text) =>
  splice(
    text,
    random.below(text.length),
    0,
    random.pick(['a', ' ', ';a', '"', '<', '%41', ',', '\r\n ']).repeat(2 ** random.below(13)),
  );
const flipBit: Mutation = (random, text) => {
  const at = random.below(text.length);
  return splice(text, at, 1, String.fromCharCode((text.charCodeAt(at) ^ (1 << random.below(8))) & 255));
};
const addBytes: Mutation = (random, text) => {
  let bytes = '';
  for (let count = 1 + random.below(8); count > 0; count -= 1) bytes += String.fromCharCode(random.below(256));
  return splice(text, random.below(text.length + 1), 0, bytes);
};
const dropBytes: Mutation = (random, text) =>
  splice(text, random.below(text.length), 1 + random.below(random.pick([4, 40, 400])), '');
const cutOff: Mutation = (random, text) => text.slice(0, random.below(text.length));
const takePiece: Mutation = (random, text, other) => {
  const from = random.below(other.length);
  return splice(text, random.below(text.length), random.below(40), other.slice(from, from + 1 + random.below(80)));
};

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  copyLine,
  dropLine,
  moveLine,
  repeatLine,
  renameLine,
  foldLine,
  takeLine,
  newLine,
  newStart,
  changeWord,
  changeWord,
  changeWord,
  changeNumber,
  changeNumber,
  changeLength,
  addWord,
  addWord,
  addLong,
  flipBit,
  addBytes,
  dropBytes,
  cutOff,
  takePiece,
];
