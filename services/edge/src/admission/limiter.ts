import type { Cause } from '@trunkline/contracts/causes';
import type { Instant } from '@trunkline/contracts/time';
import type { Admission } from '@trunkline/policy/admission';
import { checkLimits, type Limits, rateWindow } from '@trunkline/policy/limits';
import type { Calls, LimitKey } from '../call/calls.ts';
import { CallRate } from './call-rate.ts';

/** What the other edges carry, as far as they have told. */
export interface OthersUsage {
  channels(key: LimitKey): number;
  /** Calls admitted in the last `window_ms`. */
  recent(key: LimitKey, window_ms: number, now: Instant): number;
  /** Ours is another than was told. */
  changed(): void;
}

export const noOthers: OthersUsage = { channels: () => 0, recent: () => 0, changed: () => {} };

export interface OwnUsage {
  readonly channels: Readonly<Record<string, number>>;
  readonly admitted: Readonly<Record<string, number>>;
}

interface Counted {
  /** Calls admitted since this edge began to count. */
  readonly admitted: number;
  /** The last of them. */
  readonly at: Instant;
}

/** How long a key without a call is told on: the others have heard of its last call by then. */
const tellOn_ms = 10_000;

/** Whether one more call would break a limit of its trunk or account, over all edges as far as is known here. */
export class Limiter {
  readonly #calls: Calls;
  readonly #ofAccounts: Limits;
  readonly #others: OthersUsage;
  readonly #rate = new CallRate();
  readonly #counted = new Map<LimitKey, Counted>();

  constructor(calls: Calls, ofAccounts: Limits, others: OthersUsage) {
    this.#calls = calls;
    this.#ofAccounts = ofAccounts;
    this.#others = others;
  }

  /** The cause to refuse the call for; null when it is admitted, and then it counts. */
  admit({ trunk }: Admission, now: Instant): Cause | null {
    const { id, account, limits } = trunk;
    const ofTrunk = this.#check(id, limits, now);
    if (ofTrunk !== null) return ofTrunk;
    const ofAccount = this.#check(account, this.#ofAccounts, now);
    if (ofAccount !== null) return ofAccount === 'channel-limit' ? 'account-channel-limit' : 'account-rate-limit';
    this.#count(id, limits, now);
    this.#count(account, this.#ofAccounts, now);
    return null;
  }

  /** A call began or ended. */
  changed(): void {
    if (this.#counted.size > 0) this.#others.changed();
  }

  /** Forgets what was told long enough, so that it is as large as what goes on now. */
  usage(now: Instant): OwnUsage {
    const channels: Record<string, number> = {};
    const admitted: Record<string, number> = {};
    for (const [key, counted] of this.#counted) {
      const up = this.#calls.of(key);
      if (up === 0 && now - counted.at >= tellOn_ms) this.#counted.delete(key);
      else admitted[key] = counted.admitted;
      if (up > 0) channels[key] = up;
    }
    return { channels, admitted };
  }

  #check(key: LimitKey, limits: Limits, now: Instant) {
    const { channels, calls_per_second } = limits;
    if (channels === null && calls_per_second === null) return null;
    const usage = {
      channels: this.#calls.of(key) + (channels === null ? 0 : this.#others.channels(key)),
      recent: calls_per_second === null ? 0 : this.#recent(key, calls_per_second, now),
    };
    return checkLimits(limits, usage);
  }

  #recent(key: LimitKey, per_second: number, now: Instant): number {
    const { window_ms } = rateWindow(per_second);
    return this.#rate.recent(key, per_second, now) + this.#others.recent(key, window_ms, now);
  }

  #count(key: LimitKey, { channels, calls_per_second }: Limits, now: Instant): void {
    if (channels === null && calls_per_second === null) return;
    if (calls_per_second !== null) this.#rate.admitted(key, calls_per_second, now);
    this.#counted.set(key, { admitted: (this.#counted.get(key)?.admitted ?? 0) + 1, at: now });
  }
}
