import type { Headers } from '@trunkline/sip/headers';
import { isDigits } from '@trunkline/sip/token';
import type { Dialog } from '../dialog/dialog.ts';
import type { Core } from './core.ts';

/** RFC 6665 leaves it to the event package; an hour is what most of them say. */
const DEFAULT_EXPIRES_S = 3_600;
/** Longest that a subscription is believed to last without being renewed: a week. */
const MOST_EXPIRES_S = 604_800;

/** RFC 6665 §4.1.2.1, §4.2.1.1: the answer says how long, or else the request. */
export function subscriptionExpires_s(answer: Headers, request?: Headers): number {
  const text = (answer.get('expires') ?? request?.get('expires') ?? '').trim();
  const value = text !== '' && isDigits(text, 0, text.length) ? Number(text) : DEFAULT_EXPIRES_S;
  return Math.min(value, MOST_EXPIRES_S);
}

/** Starts the time of a subscription, or starts it anew; 64*T1 are added for the last NOTIFY to come. */
export function armSubscription(core: Core, dialog: Dialog, expires_s: number): void {
  dialog.subscription?.cancel();
  const wait_ms = expires_s * 1_000 + 64 * core.timers.t1_ms;
  dialog.subscription = core.clock.after(wait_ms, () => core.dialogs.remove(dialog));
}

/** RFC 6665 §4.4.1: whether this request is the last of a dialog that is nothing but a subscription. */
export function endsSubscription(dialog: Dialog | undefined, method: string, headers: Headers): boolean {
  if (dialog?.usage !== 'subscribe' || method !== 'NOTIFY') return false;
  return /^\s*terminated\b/i.test(headers.get('subscription-state') ?? '');
}
