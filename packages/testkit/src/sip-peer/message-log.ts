import type { Instant } from '@trunkline/contracts/time';
import type { Clock } from '@trunkline/runtime/clock';
import type { SipMessage } from '@trunkline/sip/message';
import type { Remote } from './remote.ts';

export interface LoggedMessage {
  readonly at: Instant;
  readonly way: 'sent' | 'received';
  readonly remote: Remote;
  readonly message: SipMessage;
}

/** Everything that a peer sent and received, in order. */
export interface MessageLog {
  add(way: LoggedMessage['way'], message: SipMessage, remote: Remote): void;
  /** Those of one Call-ID, or all. */
  messages(callId?: string): readonly LoggedMessage[];
}

/** The newest are kept. */
const maxMessages = 5_000;

export function createMessageLog(clock: Clock): MessageLog {
  const kept: LoggedMessage[] = [];
  return {
    add(way, message, remote) {
      kept.push({ at: clock.now(), way, remote, message });
      if (kept.length > maxMessages) kept.shift();
    },
    messages: (callId) =>
      kept.filter(({ message }) => callId === undefined || message.headers.get('call-id') === callId),
  };
}

/** `INVITE`, or `200 OK (INVITE)`: no header field, so no secret. */
export function messageTitle(message: SipMessage): string {
  if (message.kind === 'request') return message.method;
  const method = message.headers.get('cseq')?.split(/\s+/)[1] ?? '';
  return `${message.status} ${message.reason} (${method})`;
}
