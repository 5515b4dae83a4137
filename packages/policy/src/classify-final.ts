import { type Cause, causeTable } from '@trunkline/contracts/causes';

/** What leg B's final response means, and what leg A hears. */
export interface FinalMeaning {
  readonly cause: Cause;
  /** Final status for leg A. */
  readonly status: number;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly cause: Cause;
  /** The status speaks of the callee or of the session offered, so leg A hears the very same one. */
  readonly relayed: boolean;
}

const range = (from: number, to: number, cause: Cause, how: 'relayed' | 'ours'): Range => {
  return { from, to, cause, relayed: how === 'relayed' };
};

/** RFC 3261 §21.3 to §21.6 and the later ones, without gap from 300 to 699. */
const finals: readonly Range[] = [
  // Redirection is not followed: where a call may go is the trunk's word, not the far end's.
  range(300, 399, 'callee-refused', 'ours'),
  range(400, 400, 'callee-refused', 'ours'),
  range(401, 401, 'credentials-refused', 'ours'),
  range(402, 402, 'callee-refused', 'ours'),
  range(403, 403, 'callee-refused', 'relayed'),
  range(404, 404, 'callee-not-found', 'relayed'),
  range(405, 406, 'callee-refused', 'ours'),
  range(407, 407, 'credentials-refused', 'ours'),
  range(408, 408, 'gateway-silent', 'ours'),
  range(409, 409, 'callee-refused', 'ours'),
  range(410, 410, 'callee-not-found', 'relayed'),
  range(411, 414, 'callee-refused', 'ours'),
  range(415, 415, 'callee-refused', 'relayed'),
  range(416, 479, 'callee-refused', 'ours'),
  range(480, 480, 'callee-unavailable', 'relayed'),
  // 481 to 483: a call that does not exist yet, or a loop behind the gateway.
  range(481, 483, 'gateway-failed', 'ours'),
  range(484, 485, 'callee-not-found', 'relayed'),
  range(486, 486, 'callee-busy', 'relayed'),
  // 487 without a CANCEL of ours: the far end gave up ringing.
  range(487, 487, 'callee-unavailable', 'ours'),
  range(488, 488, 'callee-refused', 'relayed'),
  range(489, 499, 'callee-refused', 'ours'),
  range(500, 503, 'gateway-failed', 'ours'),
  range(504, 504, 'gateway-silent', 'ours'),
  range(505, 599, 'gateway-failed', 'ours'),
  range(600, 600, 'callee-busy', 'relayed'),
  range(601, 602, 'callee-declined', 'ours'),
  range(603, 603, 'callee-declined', 'relayed'),
  range(604, 604, 'callee-not-found', 'relayed'),
  range(605, 605, 'callee-declined', 'ours'),
  range(606, 606, 'callee-refused', 'relayed'),
  // RFC 8197 (607 Unwanted) and RFC 8688 (608 Rejected).
  range(607, 608, 'callee-declined', 'relayed'),
  range(609, 699, 'callee-declined', 'ours'),
];

/** Throws on a status that is not final (RFC 3261 §7.2): the SIP stack must not hand one over. */
export function classifyFinal(status: number): FinalMeaning {
  const found = finals.find(({ from, to }) => status >= from && status <= to);
  if (found === undefined) throw new RangeError(`${status} is not the status of a final, unsuccessful response`);
  return { cause: found.cause, status: found.relayed ? status : causeTable[found.cause].status };
}
