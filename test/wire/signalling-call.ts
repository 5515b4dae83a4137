import type { SipRequest, SipResponse } from '@trunkline/sip/message';
import type { RemoteSide } from '../scenarios/contracts/signalling-under-test.ts';
import { ackOfFailure, type BarePeer, reply } from './sip-server-peer.ts';

/** The number in a CSeq header. */
export function cseqOf(message: SipRequest | SipResponse): number {
  return Number.parseInt(message.headers.get('cseq') ?? '', 10);
}

/** One call of a bare peer: it answers by itself only what the contract does not ask about. */
export abstract class SignallingCall implements RemoteSide {
  readonly got: string[] = [];
  readonly reinviteHeard: number[] = [];
  sdp = '';
  protected readonly peer: BarePeer;
  protected readonly invite: SipRequest;
  protected nextCSeq: number;
  readonly #seen = new Set<string>();
  /** Re-INVITEs of ours by their number. */
  /** Those of them whose 200 has an offer, which the test answers. */
  readonly #asked = new Set<number>();
  readonly #sent = new Map<number, SipRequest>();
  /** The newest re-INVITE of theirs. */
  #reinvite: SipRequest | null = null;

  constructor(peer: BarePeer, invite: SipRequest) {
    this.peer = peer;
    this.invite = invite;
    this.nextCSeq = cseqOf(invite) + 1;
  }

  /** A request of ours inside the dialog. */
  protected abstract inside(method: string, cseq: number, sdp?: string): SipRequest;
  /** A response to the INVITE that began the call. */
  protected receiveResponse(_response: SipResponse): void {}
  protected receiveCancel(_cancel: SipRequest): void {}
  protected receiveAck(_ack: SipRequest): void {}

  receive(message: SipRequest | SipResponse): void {
    if (message.kind === 'response') return this.#receiveResponse(message);
    // Retransmissions carry the branch of the first.
    const key = `${message.method} ${message.headers.get('via')}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (message.method === 'ACK') {
      this.sdp = message.body.toString() || this.sdp;
      return this.receiveAck(message);
    }
    this.got.push(message.method === 'INVITE' ? 're-INVITE' : message.method);
    if (message.method === 'CANCEL') return this.receiveCancel(message);
    if (message.method === 'BYE') return void reply(this.peer, message, 200);
    this.#reinvite = message;
    this.sdp = message.body.toString() || this.sdp;
  }

  async hangsUp(): Promise<void> {
    this.peer.send(this.inside('BYE', this.nextCSeq++));
  }

  async reinvites(sdp: string): Promise<void> {
    const reinvite = this.inside('INVITE', this.nextCSeq++, sdp);
    this.#sent.set(cseqOf(reinvite), reinvite);
    this.peer.send(reinvite);
  }

  async asksForOffer(): Promise<void> {
    const reinvite = this.inside('INVITE', this.nextCSeq++);
    this.#asked.add(cseqOf(reinvite));
    this.#sent.set(cseqOf(reinvite), reinvite);
    this.peer.send(reinvite);
  }

  async acksReinvite(sdp: string | null): Promise<void> {
    for (const cseq of this.#asked) this.peer.send(this.inside('ACK', cseq, sdp ?? undefined));
    this.#asked.clear();
  }

  async answersReinvite(sdp: string): Promise<void> {
    if (this.#reinvite !== null) reply(this.peer, this.#reinvite, 200, { body: sdp });
  }

  async refusesReinvite(status: number): Promise<void> {
    if (this.#reinvite !== null) reply(this.peer, this.#reinvite, status);
  }

  #receiveResponse(response: SipResponse): void {
    const cseq = cseqOf(response);
    if (!(response.headers.get('cseq') ?? '').endsWith('INVITE')) return;
    const reinvite = this.#sent.get(cseq);
    if (reinvite === undefined) return this.receiveResponse(response);
    if (response.status < 200) return;
    const key = `response ${cseq}`;
    if (!this.#seen.has(key)) {
      this.reinviteHeard.push(response.status);
      if (response.status === 200) this.sdp = response.body.toString();
    }
    this.#seen.add(key);
    if (response.status === 200 && this.#asked.has(cseq)) return;
    this.peer.send(response.status === 200 ? this.inside('ACK', cseq) : ackOfFailure(reinvite, response));
  }
}
