/** Requests that no call has; a probe or a registration every second must not push calls out of a trace. */
const OTHERS = ['OPTIONS ', 'REGISTER ', 'PUBLISH ', 'MESSAGE ', 'SUBSCRIBE '];
/** First letters of these. */
const LETTERS: ReadonlySet<number> = new Set(OTHERS.map((method) => method.charCodeAt(0)));
const CSEQ = Buffer.from('\r\nCSeq: ', 'latin1');
const SPACE = 32;
const LETTER_S = 83;
const LETTER_I = 73;
const LONGEST_HEAD = 4_096;
/** Digits of a number below 2^31. */
const MOST_DIGITS = 10;

/** Whether a message may belong to a call: cheap, before it is read. What cannot be told does. */
export function isOfACall(bytes: Buffer): boolean {
  // SIP/2.0
  if (bytes[0] !== LETTER_S || bytes[1] !== LETTER_I) return !isOther(bytes, 0);
  const at = bytes.indexOf(CSEQ);
  if (at < 0 || at > LONGEST_HEAD) return true;
  let method = at + CSEQ.length;
  for (let count = 0; count <= MOST_DIGITS && bytes[method] !== SPACE; count += 1) method += 1;
  return !isOther(bytes, method + 1);
}

/** Whether one of these methods stands here, with a space or a line end behind it. */
function isOther(bytes: Buffer, start: number): boolean {
  if (!LETTERS.has(bytes[start] ?? 0)) return false;
  const word = bytes.toString('latin1', start, start + 10);
  return OTHERS.some(
    (method) => word.startsWith(method.trimEnd()) && (word.charCodeAt(method.length - 1) || SPACE) <= SPACE,
  );
}
