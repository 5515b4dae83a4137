import { parseCSeq } from './cseq.ts';
import { tagOf } from './name-addr.ts';
import { parseVia, type Via } from './via.ts';

/** What a request has to show to be answered without state, values as they stand, one character for each byte. */
export interface PeekedRequest {
  /** The topmost Via. */
  readonly via: Via;
  /** All Via lines, the topmost first. */
  readonly vias: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly call_id: string;
  readonly cseq: string;
  readonly has_to_tag: boolean;
}

const SPACE = 32;
const TAB = 9;
const CARRIAGE_RETURN = 13;

type Wanted = 'from' | 'to' | 'call_id' | 'cseq';

/**
 * Reads these fields of a request of this method and nothing else, for a server that has no time for the rest. `undefined`
 * when it is another method, or anything about it is unusual: folded lines, several Vias in one line, a field that stands
 * twice or not at all, a top Via or a CSeq that cannot be read. `parseMessage` is for those.
 */
export function peekRequest(bytes: Buffer, method: string): PeekedRequest | undefined {
  if (bytes.toString('latin1', 0, method.length + 1) !== `${method} `) return undefined;
  const end = bytes.indexOf('\r\n\r\n', 0, 'latin1');
  if (end < 0) return undefined;
  const text = bytes.toString('latin1', 0, end);
  if (text.includes('\0')) return undefined;
  const vias: string[] = [];
  const found: Partial<Record<Wanted, string>> = {};
  let at = text.indexOf('\r\n') + 2;
  while (at > 1 && at < text.length) {
    const feed = text.indexOf('\n', at);
    const stop = feed < 0 ? text.length : feed - 1;
    if (feed >= 0 && text.charCodeAt(stop) !== CARRIAGE_RETURN) return undefined;
    const code = text.charCodeAt(at);
    if (code === SPACE || code === TAB) return undefined;
    const name = wanted(text, at, code | 32, stop);
    if (name !== undefined) {
      const value = text.slice(text.indexOf(':', at) + 1, stop).trim();
      if (name === 'via') vias.push(value);
      else if (found[name] !== undefined) return undefined;
      else found[name] = value;
    }
    at = stop + 2;
  }
  return whole(vias, found, method);
}

function whole(
  vias: readonly string[],
  { from, to, call_id, cseq }: Partial<Record<Wanted, string>>,
  method: string,
): PeekedRequest | undefined {
  const [top] = vias;
  if (top === undefined || from === undefined || to === undefined || call_id === undefined || cseq === undefined) {
    return undefined;
  }
  if (from === '' || to === '' || call_id === '' || top.includes(',')) return undefined;
  const via = parseVia(top);
  const number = parseCSeq(cseq);
  if (!via.ok || !number.ok || number.value.method !== method) return undefined;
  return { via: via.value, vias, from, to, call_id, cseq, has_to_tag: tagOf(to) !== undefined };
}

/** The field that begins here, if it is one of these; `letter` is its first, in lower case. */
function wanted(text: string, at: number, letter: number, end: number): Wanted | 'via' | undefined {
  // v, f, t, i, c: of all other fields the first letter is enough.
  if (letter !== 118 && letter !== 102 && letter !== 116 && letter !== 105 && letter !== 99) return undefined;
  const colon = text.indexOf(':', at);
  if (colon < 0 || colon > end) return undefined;
  return NAMES.get(text.slice(at, colon).trimEnd().toLowerCase());
}

/** RFC 3261 §7.3.3: with their compact forms. */
const NAMES: ReadonlyMap<string, Wanted | 'via'> = new Map([
  ['via', 'via'],
  ['v', 'via'],
  ['from', 'from'],
  ['f', 'from'],
  ['to', 'to'],
  ['t', 'to'],
  ['call-id', 'call_id'],
  ['i', 'call_id'],
  ['cseq', 'cseq'],
]);
