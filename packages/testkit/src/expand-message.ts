const REPEAT = /<repeat count=(\d{1,4})>(.*?)<\/repeat>/g;
const HEX = /<hex>([0-9A-F]*)<\/hex>/g;
const ONE_LINE = /<allOneLine>\n(.*?)\n<\/allOneLine>\n/gs;

/**
 * The bytes of a message written in the notation of RFC 4475 §2: lines end in CRLF, `allOneLine` joins lines, `repeat` and
 * `hex` stand for what cannot be written legibly. Text outside `hex` is UTF-8.
 */
export function expandMessage(text: string): Buffer {
  const joined = text.replace(ONE_LINE, (_, lines: string) => `${lines.replaceAll('\n', '')}\n`);
  const repeated = joined.replace(REPEAT, (_, count: string, what: string) => what.repeat(Number(count)));
  const pieces: Buffer[] = [];
  let at = 0;
  for (const match of repeated.matchAll(HEX)) {
    pieces.push(literal(repeated.slice(at, match.index)), Buffer.from(match[1] ?? '', 'hex'));
    at = match.index + match[0].length;
  }
  pieces.push(literal(repeated.slice(at)));
  return Buffer.concat(pieces);
}

const literal = (text: string): Buffer => Buffer.from(text.replaceAll('\n', '\r\n'), 'utf8');
