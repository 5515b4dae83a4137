const CSEQ = Buffer.from('\r\nCSeq: ');
const SPACE = 0x20;
const LONGEST_HEAD = 4_096;
const MOST_DIGITS = 12;
const letter = (text: string): number => text.charCodeAt(0);
const [E, G, I, M, O, P, R, S, U] = [...'EGIMOPRSU'].map(letter);

/**
 * Whether a message may belong to a call, before it is read and cheaper than that: a probe or a registration every second must not
 * push calls out of a trace. What cannot be told does.
 */
export function isOfACall(bytes: Buffer): boolean {
  const isResponse = bytes[0] === S && bytes[1] === I;
  if (!isResponse) return !isOther(bytes, 0);
  const at = bytes.indexOf(CSEQ);
  if (at < 0 || at > LONGEST_HEAD) return true;
  const number = at + CSEQ.length;
  const space = bytes.indexOf(SPACE, number);
  return space < 0 || space > number + MOST_DIGITS || !isOther(bytes, space + 1);
}

/** OPTIONS, REGISTER (not REFER), PUBLISH (not PRACK), MESSAGE, SUBSCRIBE. */
function isOther(bytes: Buffer, at: number): boolean {
  const second = bytes[at + 1];
  switch (bytes[at]) {
    case O:
    case M:
      return true;
    case R:
      return second === E && bytes[at + 2] === G;
    case P:
    case S:
      return second === U;
    default:
      return false;
  }
}
