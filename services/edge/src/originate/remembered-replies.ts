import type { CallId } from '@trunkline/contracts/ids';
import type { OriginateReply } from '@trunkline/contracts/originate';
import type { Instant } from '@trunkline/contracts/time';

const max = 10_000;
const kept_ms = 600_000;

/** What was replied to requests of late, so that one that is sent again makes no second call. The oldest give way. */
export class RememberedReplies {
  readonly #replies = new Map<CallId, { readonly reply: OriginateReply; readonly at: Instant }>();

  get size(): number {
    return this.#replies.size;
  }

  of(call: CallId, now: Instant): OriginateReply | undefined {
    const known = this.#replies.get(call);
    return known === undefined || now - known.at >= kept_ms ? undefined : known.reply;
  }

  add(call: CallId, reply: OriginateReply, now: Instant): void {
    this.#replies.delete(call);
    this.#replies.set(call, { reply, at: now });
    for (const [oldest, { at }] of this.#replies) {
      if (this.#replies.size <= max && now - at < kept_ms) return;
      this.#replies.delete(oldest);
    }
  }
}
