import type { Cause } from '@trunkline/contracts/causes';
import type { AgentTarget } from '@trunkline/policy/admission';
import type { Caller, InviteSpec, LegA, LegAReport, LegB, LegBReport, Modified, Offered } from '../call/legs.ts';

/** Whom to call when the callee has answered, and with what. */
export interface AgentInvite extends Pick<InviteSpec, 'from' | 'headers'> {
  /** In the order in which to try them. */
  readonly targets: readonly AgentTarget[];
}

type Final = Extract<LegBReport, { type: 'b-final' }>;

/** Leg A of a call that we originate: an agent, called where the caller of an INVITE would get its 200. */
export class CalledAgent implements LegA {
  readonly #caller: Caller;
  readonly #invite: AgentInvite;
  readonly #report: (report: LegAReport) => void;
  #leg: LegB | null = null;
  #tried = 0;
  /** `given-up`: nothing more is reported. */
  #state: 'wanted' | 'up' | 'withdrawn' | 'given-up' = 'wanted';

  constructor(caller: Caller, invite: AgentInvite, report: (report: LegAReport) => void) {
    this.#caller = caller;
    this.#invite = invite;
    this.#report = report;
  }

  /** It has not been called yet. */
  provisional(): void {}

  /** It has not been called yet. */
  reject(): void {}

  answer(sdp: string, other: LegB): void {
    const { from, headers, targets } = this.#invite;
    const target = targets[this.#tried];
    if (target === undefined) return;
    this.#tried += 1;
    const number = this.#tried;
    const spec = { ...target, from, to: target.uri, headers, sdp, credentials: null, joined: other };
    const leg = this.#caller.invite(spec, (report) => {
      if (number === this.#tried && this.#state !== 'given-up') this.#hear(report, () => this.answer(sdp, other));
    });
    // A target that cannot be sent to says so before it is there, and the next one is called by then.
    if (number === this.#tried) this.#leg = leg;
  }

  withdraw(): void {
    if (this.#state !== 'wanted') return;
    this.#state = 'withdrawn';
    this.#leg?.cancel();
  }

  bye(cause: Cause): void {
    if (this.#state === 'up') return this.#leg?.bye(cause);
    this.#state = 'given-up';
    this.#leg?.abandon();
  }

  async modify(sdp: string): Promise<Modified> {
    return this.#leg === null ? { ok: false, status: 488 } : this.#leg.modify(sdp);
  }

  async askForOffer(): Promise<Offered> {
    return this.#leg === null ? { ok: false, status: 488 } : this.#leg.askForOffer();
  }

  #hear(report: LegBReport, tryNext: () => void): void {
    switch (report.type) {
      case 'b-sent':
        return this.#report({ type: 'a-sent', sip_call_id: report.sip_call_id });
      case 'b-answered':
        // One whose 200 crosses our CANCEL is up as well, until it is told otherwise.
        this.#state = 'up';
        return this.#report({ type: 'a-acked', sdp: report.sdp === '' ? null : report.sdp });
      case 'b-final':
        return this.#hasNext(report) ? tryNext() : this.#report(lost(report));
      case 'b-bye': {
        const cause = report.cause === 'callee-hung-up' ? 'caller-hung-up' : report.cause;
        return this.#report({ type: 'a-bye', cause });
      }
      case 'b-reinvited':
        return this.#report({ type: 'a-reinvited', offer: report.offer });
      case 'b-provisional':
        return;
    }
  }

  /** RFC 3261 §21.6: a 6xx is the word of all its places. */
  #hasNext({ status }: Final): boolean {
    const isLast = this.#tried >= this.#invite.targets.length;
    return this.#state === 'wanted' && !isLast && (status === null || status < 600);
  }
}

function lost({ status, reason }: Final): Extract<LegAReport, { type: 'a-lost' }> {
  const said = status === null ? null : `${status} ${reason}`.trim();
  return { type: 'a-lost', cause: causeOf(status), said };
}

/** The SIP server makes a 408 of a request that nobody answered, and a 503 of one that could not be sent (RFC 3261 §8.1.3.1). */
function causeOf(status: number | null): Cause {
  if (status === null || status === 503) return 'agent-unreachable';
  return status === 408 ? 'agent-no-answer' : 'agent-refused';
}
