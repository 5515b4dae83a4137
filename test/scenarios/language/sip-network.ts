import type { IncomingInvite } from '@trunkline/edge/admission/incoming-invite';
import type { Caller, InviteSpec, LegB, LegBReport } from '@trunkline/edge/call/legs';
import { noIdentity, type ReceivedIdentity } from '@trunkline/policy/received-identity';
import type { Clock } from '@trunkline/runtime/clock';
import { parseUri } from '@trunkline/sip/uri';
import { CalleeLeg } from './callee-leg.ts';
import { CallerLeg } from './caller-leg.ts';
import { CountedClock } from './counted-clock.ts';
import { PlacedCall } from './placed-call.ts';
import { ReceivedCall } from './received-call.ts';
import { RemoteUa } from './remote-ua.ts';
import { sampleSdp } from './sample-sdp.ts';
import { SipLink } from './sip-link.ts';

/** What an INVITE may say besides whom it is for. */
export interface SentInvite {
  /** User part of From; null for an anonymous caller. */
  readonly from?: string | null;
  /** What it says of its caller beyond From. */
  readonly identity?: Partial<ReceivedIdentity>;
  /** User part of To, where it differs from the number. */
  readonly to?: string;
  /** Null: no session description. */
  readonly sdp?: string | null;
  readonly authorization?: string;
  /** The Call-ID of an earlier INVITE that was challenged. */
  readonly sip_call_id?: string;
  readonly max_forwards?: number;
  /** UDP when absent. */
  readonly transport?: 'udp' | 'tcp' | 'tls';
  readonly extension_headers?: Readonly<Record<string, string>>;
}

export interface NetworkListener {
  onInvite(incoming: IncomingInvite): void;
  onSignallingLost(): void;
}

/**
 * A SIP server with the user agents around it, in memory: it offers the edge the ports of its signalling, with the semantics of
 * drachtio-srf on a drachtio-compatible server.
 */
export class SipNetwork implements Caller {
  readonly link = new SipLink();
  readonly callerLegs: CallerLeg[] = [];
  readonly calleeLegs: CalleeLeg[] = [];
  /** Request-URIs that cannot be sent to at all: told before {@link invite} returns. */
  readonly unsendable = new Set<string>();
  /** Call-IDs of INVITEs that the edge was shown: one may be lost with the connection. */
  readonly reachedEdge = new Set<string>();
  readonly timers: CountedClock;
  readonly settle: () => Promise<void>;
  readonly #uas = new Map<string, RemoteUa>();
  #listener: NetworkListener | null = null;
  #callIds = 0;

  constructor(clock: Clock, settle: () => Promise<void>) {
    this.timers = new CountedClock(clock);
    this.settle = settle;
  }

  connect(listener: NetworkListener): void {
    this.#listener = listener;
  }

  userAgent(name: string, address: string, port = 5060): RemoteUa {
    const ua = new RemoteUa(this, name, address, port);
    this.#uas.set(`${address}:${port}`, ua);
    return ua;
  }

  userAgents(): readonly RemoteUa[] {
    return [...this.#uas.values()];
  }

  place(ua: RemoteUa, number: string, sent: SentInvite): PlacedCall {
    const sip_call_id = sent.sip_call_id ?? `${ua.name}-${++this.#callIds}`;
    const call = new PlacedCall(sip_call_id, this.settle);
    const from = sent.from === undefined ? '+491701234567' : sent.from;
    const identity = { ...noIdentity, ...sent.identity };
    const leg = new CallerLeg(this.link, this.timers, call, {
      invite: {
        source: { address: ua.address, port: ua.port, transport: sent.transport ?? 'udp' },
        method: 'INVITE',
        request_uri: `sip:${number}@192.0.2.1`,
        called: number === '' ? null : number,
        to: sent.to ?? (number === '' ? null : number),
        caller: identity.asserted ?? identity.preferred ?? from,
        from_user: from,
        identity,
        authorization: sent.authorization ?? null,
        max_forwards: sent.max_forwards ?? 70,
      },
      sip_call_id,
      offer: sent.sdp === undefined ? sampleSdp(ua.address) : sent.sdp,
      extension_headers: sent.extension_headers ?? {},
    });
    call.attach(leg);
    this.callerLegs.push(leg);
    this.link.toEdge(() => {
      this.reachedEdge.add(sip_call_id);
      this.#listener?.onInvite(leg);
    });
    return call;
  }

  invite(spec: InviteSpec, report: (report: LegBReport) => void): LegB {
    if (this.unsendable.has(spec.uri)) {
      report({ type: 'b-final', status: null, reason: 'invalid request-uri' });
      return deadLeg;
    }
    const sent = { spec, sip_call_id: `edge-${++this.#callIds}`, credentials: null };
    const leg = new CalleeLeg(this.link, this.timers, sent, report, (each, sender) => {
      const ua = this.#uas.get(hostPortOf(each.spec.uri));
      if (ua === undefined || ua.isUnreachable) return 'unreachable';
      const call = new ReceivedCall(each, sender, this.settle);
      ua.received.push(call);
      queueMicrotask(() => ua.onInvite(call));
      return call;
    });
    this.calleeLegs.push(leg);
    return leg;
  }

  /** The SIP server goes away, and every dialog with it. It is back at once. */
  async loses(): Promise<void> {
    this.link.lose();
    this.#listener?.onSignallingLost();
    for (const leg of this.callerLegs) leg.serverLosesEdge();
    for (const leg of this.calleeLegs) leg.serverLosesEdge();
    await this.settle();
  }

  /** Everything between the edge and its server stands still, until {@link catchesUp}. */
  stalls(): void {
    this.link.hold();
  }

  async catchesUp(): Promise<void> {
    this.link.release();
    await this.settle();
  }
}

const deadLeg: LegB = {
  cancel: () => {},
  abandon: () => {},
  bye: () => {},
  modify: async () => ({ ok: false, status: 488 }),
  askForOffer: async () => ({ ok: false, status: 488 }),
};

function hostPortOf(uri: string): string {
  const parsed = parseUri(uri);
  if (!parsed.ok) throw new Error(`not a SIP URI: ${uri}`);
  return `${parsed.value.host}:${parsed.value.port ?? 5060}`;
}
