import type { LadderStep } from '@trunkline/contracts/call-record';
import type { Instant } from '@trunkline/contracts/time';
import type { CallEvent } from './call-event.ts';
import { type CallState, isCalled } from './call-state.ts';
import type { Action } from './call-table.ts';
import { statusForA } from './ending.ts';

const fromCallee = (at: Instant, text: string): LadderStep => ({ at, from: 'callee', to: 'trunkline', text });
const fromCaller = (at: Instant, text: string): LadderStep => ({ at, from: 'caller', to: 'trunkline', text });
const toCallee = (at: Instant, text: string): LadderStep => ({ at, from: 'trunkline', to: 'callee', text });
const toCaller = (at: Instant, text: string): LadderStep => ({ at, from: 'trunkline', to: 'caller', text });

/** The arrow that an event draws in the call's ladder, if it is a message. */
export function ladderOfEvent(state: CallState, event: CallEvent, now: Instant): LadderStep | null {
  switch (event.type) {
    case 'b-provisional':
      return fromCallee(now, `${event.status} ${event.reason}`.slice(0, 120));
    case 'b-early-media':
      return fromCallee(now, `${event.status} ${event.reason} with SDP`.slice(0, 120));
    case 'b-answered':
      return fromCallee(now, '200 OK (INVITE)');
    case 'b-refused':
    case 'b-unavailable':
      return event.received === null ? null : fromCallee(now, `${event.received} ${event.reason}`.slice(0, 120));
    case 'b-bye':
      return fromCallee(now, 'BYE');
    case 'b-reinvited':
      return fromCallee(now, 'INVITE (in dialog)');
    case 'a-cancelled':
      return fromCaller(now, 'CANCEL');
    case 'a-acked':
    case 'a-unanswered':
      return fromCaller(now, isCalled(state.facts) ? '200 OK (INVITE)' : 'ACK');
    case 'a-answered':
      return fromCaller(now, isCalled(state.facts) ? '200 OK (INVITE)' : 'ACK with SDP');
    case 'a-lost':
      return event.said === null ? null : fromCaller(now, event.said.slice(0, 120));
    case 'a-bye':
      return fromCaller(now, 'BYE');
    case 'a-reinvited':
      return fromCaller(now, 'INVITE (in dialog)');
    default:
      return null;
  }
}

/** The arrow that an action draws. */
export function ladderOfAction(action: Action, state: CallState, event: CallEvent, now: Instant): LadderStep | null {
  const called = isCalled(state.facts);
  switch (action) {
    case 'invite-b':
      return toCallee(now, 'INVITE');
    case 'relay-provisional':
      return 'status' in event && !called
        ? toCaller(now, `${event.status} ${'reason' in event ? event.reason : ''}`.slice(0, 120))
        : null;
    case 'relay-early':
      return toCaller(now, '183 Session Progress with SDP');
    case 'answer-a':
      return toCaller(now, called ? 'INVITE' : '200 OK (INVITE)');
    case 'reject-a':
      return called ? null : toCaller(now, `${statusForA(state, event)} (INVITE)`);
    case 'withdraw-a':
      return called ? toCaller(now, 'CANCEL') : null;
    case 'cancel-b':
    case 'abandon-b':
      return toCallee(now, 'CANCEL');
    case 'bye-a':
      return toCaller(now, 'BYE');
    case 'bye-b':
      return toCallee(now, 'BYE');
    default:
      return null;
  }
}
