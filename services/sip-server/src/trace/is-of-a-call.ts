/** Requests that no call has; a probe or a registration every second must not push calls out of a trace. */
const OTHERS = ['OPTIONS ', 'REGISTER ', 'PUBLISH ', 'MESSAGE ', 'SUBSCRIBE '];
/** Response lines begin so. */
const RESPONSE = 'SIP/2.0 ';
const LONGEST_HEAD = 4_096;

/** Whether a message may belong to a call: cheap, before it is read. What cannot be told does. */
export function isOfACall(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, 10);
  if (!start.startsWith(RESPONSE)) return !OTHERS.some((method) => start.startsWith(method));
  const at = bytes.indexOf('\r\nCSeq: ', 0, 'latin1');
  if (at < 0 || at > LONGEST_HEAD) return true;
  const line = bytes.toString('latin1', at + 8, at + 40);
  const method = line.slice(line.indexOf(' ') + 1, line.indexOf('\r'));
  return !OTHERS.some((other) => other.startsWith(method) && other.length === method.length + 1);
}
