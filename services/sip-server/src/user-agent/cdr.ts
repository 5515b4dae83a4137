import type { SipMessage } from '@trunkline/sip/message';
import { cdrFrame } from '../control/frames.ts';
import { type Core, newId } from './core.ts';
import { plainBytes } from './deliver.ts';
import type { OwnByeCause } from './own-bye.ts';

export type CdrRole = 'uac' | 'uas' | 'proxy-uac';
export type CdrSource = 'network' | 'application';
type StopReason =
  | 'call-rejected'
  | 'call-canceled'
  | 'normal-release'
  | 'session-expired'
  | 'ack-timeout'
  | 'system-initiated-termination'
  | 'system-error-initiated-termination';

/**
 * Tells of calls, to one of the applications that asked for `cdr:attempt`, `cdr:start` or `cdr:stop`, each in turn. The
 * server itself keeps nothing of it.
 */
function tell(
  core: Core,
  event: 'attempt' | 'start' | 'stop',
  source: CdrSource,
  message: Buffer | SipMessage,
  detail?: CdrRole | StopReason,
): void {
  const app = core.routes.pick(`cdr:${event}`);
  if (typeof app === 'string') return;
  const bytes = 'kind' in message ? plainBytes(message) : message;
  app.send(cdrFrame(newId(core), event, source, core.clock.now(), detail), bytes);
}

/** An INVITE outside a dialog. */
export function cdrAttempt(core: Core, source: CdrSource, invite: Buffer | SipMessage): void {
  tell(core, 'attempt', source, invite);
}

/** The final response to such an INVITE. */
export function cdrAnswer(
  core: Core,
  answer: {
    readonly source: CdrSource;
    readonly role: CdrRole;
    readonly status: number;
    readonly message: Buffer | SipMessage;
  },
): void {
  const { source, role, status, message } = answer;
  if (status < 200) return;
  if (status < 300) tell(core, 'start', source, message, role);
  else tell(core, 'stop', source, message, status === 487 ? 'call-canceled' : 'call-rejected');
}

/** The BYE of a party. */
export function cdrBye(core: Core, source: CdrSource, bye: Buffer | SipMessage): void {
  tell(core, 'stop', source, bye, 'normal-release');
}

const OWN: Readonly<Record<OwnByeCause, StopReason>> = {
  'ack-timeout': 'ack-timeout',
  'cancel-race': 'call-canceled',
  'session-expired': 'session-expired',
  'application-gone': 'system-error-initiated-termination',
  'application-ack': 'system-error-initiated-termination',
  'other-leg': 'normal-release',
  fork: 'system-initiated-termination',
};

/** A BYE of the server's own. */
export function cdrOwnBye(core: Core, cause: OwnByeCause, bye: Buffer): void {
  // Of a second fork nobody heard that it began.
  if (cause !== 'fork') tell(core, 'stop', 'application', bye, OWN[cause]);
}
