import type { SipRequest, SipResponse } from '@trunkline/sip/message';
import type { RemoteCalleeSide, RemoteCallerSide } from '../scenarios/contracts/signalling-under-test.ts';
import { cseqOf, SignallingCall } from './signalling-call.ts';
import { ackOfFailure, type BarePeer, callback, cancelOf, followUp, reply } from './sip-server-peer.ts';

/** The call of the party that sent the INVITE. */
export class CallerCall extends SignallingCall implements RemoteCallerSide {
  readonly heard: number[] = [];
  www_authenticate: readonly string[] = [];
  #answer: SipResponse | null = null;

  get sip_call_id(): string {
    return this.invite.headers.get('call-id') ?? '';
  }

  async acks(sdp: string | null = null): Promise<void> {
    this.peer.send(this.inside('ACK', cseqOf(this.invite), sdp ?? undefined));
  }

  async cancels(): Promise<void> {
    this.peer.send(cancelOf(this.invite));
  }

  protected override inside(method: string, cseq: number, sdp?: string): SipRequest {
    if (this.#answer === null) throw new Error('There is no dialog yet');
    return followUp(this.invite, this.#answer, method, cseq, sdp === undefined ? {} : { body: sdp });
  }

  protected override receiveResponse(response: SipResponse): void {
    if (cseqOf(response) !== cseqOf(this.invite)) return;
    const { status } = response;
    // RFC 3261 §17.1.1.3: a final response that comes again is acknowledged again.
    if (status >= 300) this.peer.send(ackOfFailure(this.invite, response));
    if (this.heard.includes(status)) return;
    this.heard.push(status);
    const sdp = response.body.toString();
    if (sdp !== '') this.sdp = sdp;
    if (status === 200) this.#answer = response;
    this.www_authenticate = response.headers.lines('www-authenticate');
  }
}

/** The call of the party that got the INVITE. */
export class CalleeCall extends SignallingCall implements RemoteCalleeSide {
  cancelIsSlow = false;
  #answer: SipResponse | null = null;

  constructor(peer: BarePeer, invite: SipRequest) {
    super(peer, invite);
    this.got.push('INVITE');
    this.sdp = invite.body.toString();
    // Numbers of our own, so that they are not mistaken for those of the other side (RFC 3261 §12.2.1.1).
    this.nextCSeq = 1_000;
  }

  /** Of the INVITE: one that answers a challenge has a higher one. */
  get number(): number {
    return cseqOf(this.invite);
  }

  async rings(status = 180): Promise<void> {
    reply(this.peer, this.invite, status, { tag: 'bob' });
  }

  async sendsEarlyMedia(sdp: string): Promise<void> {
    reply(this.peer, this.invite, 183, { tag: 'bob', body: sdp });
  }

  async answers(sdp: string): Promise<void> {
    this.#answer = reply(this.peer, this.invite, 200, { tag: 'bob', body: sdp });
  }

  async refuses(status: number): Promise<void> {
    const challenge = ['WWW-Authenticate', 'Digest realm="carrier", nonce="abc", algorithm=MD5, qop="auth"'] as const;
    reply(this.peer, this.invite, status, { tag: 'bob', headers: status === 401 ? [challenge] : [] });
  }

  protected override inside(method: string, cseq: number, sdp?: string): SipRequest {
    if (this.#answer === null) throw new Error('There is no dialog yet');
    const request = callback(this.peer, this.invite, this.#answer, method, cseq);
    if (sdp === undefined) return request;
    request.headers.append('Contact', `<${this.peer.uri}>`);
    request.headers.append('Content-Type', 'application/sdp');
    return { ...request, body: Buffer.from(sdp) };
  }

  protected override receiveCancel(cancel: SipRequest): void {
    reply(this.peer, cancel, 200, { tag: 'bob' });
    if (!this.cancelIsSlow) reply(this.peer, this.invite, 487, { tag: 'bob' });
  }

  protected override receiveAck(ack: SipRequest): void {
    const isOfInvite = cseqOf(ack) === cseqOf(this.invite);
    if (this.#answer !== null && (isOfInvite || ack.body.length > 0)) this.got.push('ACK');
  }
}
