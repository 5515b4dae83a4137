import type { LadderStep } from '@trunkline/contracts/call-record';
import type { TracedMessage } from '@trunkline/contracts/sip-trace';

const longestText = 120;

/** The messages as steps between caller, us and callee: `INVITE`, `180 Ringing`, `200 OK (INVITE)`. Pure. */
export function traceLadder(messages: readonly TracedMessage[]): readonly LadderStep[] {
  return messages.map(({ at, direction, leg, text }) => {
    const [from, to] = direction === 'in' ? ([leg, 'trunkline'] as const) : (['trunkline', leg] as const);
    return { at, from, to, text: stepText(text) };
  });
}

function stepText(message: string): string {
  const [first = ''] = message.split('\r\n', 1);
  const response = /^SIP\/2\.0 (\d{3} ?.*)$/.exec(first);
  if (response === null) return (first.split(' ', 1)[0] ?? '').slice(0, longestText);
  const method = /\r\ncseq[ \t]*:[ \t]*\d+[ \t]+(\S+)/i.exec(message)?.[1];
  const status = (response[1] ?? '').trim();
  return `${status}${method === undefined ? '' : ` (${method})`}`.slice(0, longestText);
}
