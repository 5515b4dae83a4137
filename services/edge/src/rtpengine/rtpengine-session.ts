import type { Instant } from '@trunkline/contracts/time';
import type { MediaListener, MediaProfile, MediaSession, MediaSide, MediaStats, Relayed } from '../call/media.ts';
import { otherSide } from '../call/media.ts';
import { checkShown, codecNames, readAnswer, readOffer } from '../call/read-description.ts';
import type { MediaNode, NodeUser } from './media-node.ts';
import { addStats, type BothStreams, readMediaStats, tags } from './media-stats.ts';
import { type NgReply, patient_ms } from './ng-control.ts';
import { answerParameters, offerParameters } from './offer-parameters.ts';
import { type Heard, heardNow, isSilent, newHeard } from './silence.ts';

/** What a session needs of the pool. */
export interface SessionNodes {
  /** The best node that is not among these. */
  choose(except: ReadonlySet<MediaNode>): MediaNode | undefined;
  /** False when no other node than these could be tried. */
  hasOther(than: ReadonlySet<MediaNode>): boolean;
  now(): Instant;
}

interface Offer {
  readonly from: MediaSide;
  readonly sdp: string;
}

/** While there is another node to turn to, a silent one is not waited for: to take the call there by mistake does no harm. */
const impatient_ms = [300] as const;
const noRoom = /ran out of ports|session limit|load limit|cpu limit|bandwidth/i;

/** Operations of one call wait for each other: rtpengine works in several threads and would overtake itself. */
export class RtpengineSession implements MediaSession, NodeUser {
  readonly #nodes: SessionNodes;
  readonly #call: string;
  readonly #profile: MediaProfile;
  readonly #listener: MediaListener;
  readonly #onReleased: () => void;
  #last: Promise<unknown> = Promise.resolve();
  #node: MediaNode | null = null;
  /** Every node that may hold something of this call. */
  readonly #visited = new Set<MediaNode>();
  /** The newest description of each side, and the codecs that it was shown. */
  readonly #said: Record<MediaSide, string | null> = { caller: null, callee: null };
  readonly #shown: Record<MediaSide, readonly string[]> = { caller: [], callee: [] };
  /** The newest offer, answered or not. */
  #offered: Offer | null = null;
  #isAnswered = false;
  #isGone = false;
  #isStale = false;
  /** Told to give everything back; and having come to that. */
  #isReleased = false;
  #isOver = false;
  #heard: Heard | null = null;
  #stats: BothStreams | null = null;
  #earlier: BothStreams | null = null;

  constructor(
    nodes: SessionNodes,
    call: string,
    profile: MediaProfile,
    listener: MediaListener,
    onReleased: () => void = () => {},
  ) {
    this.#nodes = nodes;
    this.#call = call;
    this.#profile = profile;
    this.#listener = listener;
    this.#onReleased = onReleased;
  }

  said(side: MediaSide): string | null {
    return this.#said[side];
  }

  get isLost(): boolean {
    return this.#isStale;
  }

  offer(from: MediaSide, sdp: string): Promise<Relayed> {
    return this.#relayInTurn(async () => {
      if (this.#isGone) return { ok: false, reason: 'the media node is gone' };
      this.#offered = { from, sdp };
      return this.#node === null ? this.#place({ from, sdp }) : this.#offerOn(this.#node, { from, sdp }, patient_ms);
    });
  }

  answer(from: MediaSide, sdp: string): Promise<Relayed> {
    return this.#relayInTurn(async () => {
      if (this.#isGone && this.#offered !== null) {
        // The offer is made again where somebody is alive; the answerer learns later where that is.
        const placed = await this.#place(this.#offered);
        if (!placed.ok) return placed;
      }
      const answer = readAnswer(sdp, from, this.#profile, this.#shown[from]);
      if (!answer.ok) return answer;
      if (this.#node === null) return { ok: false, reason: 'an answer without an offer' };
      const parameters = answerParameters(this.#call, this.#profile, from, answer);
      const relayed = await this.#relay(this.#node, 'answer', parameters, otherSide[from], patient_ms);
      if (!relayed.ok) return relayed;
      this.#isAnswered = true;
      this.#said[from] = sdp;
      if (this.#offered !== null) this.#said[this.#offered.from] = this.#offered.sdp;
      return relayed;
    });
  }

  move(): Promise<Relayed> {
    return this.#relayInTurn(async () => {
      const sdp = this.#said.caller;
      if (sdp === null) return { ok: false, reason: 'the caller has said nothing yet' };
      this.#offered = { from: 'caller', sdp };
      const alive = this.#node !== null && !this.#isGone ? this.#node : null;
      return alive === null ? this.#place(this.#offered) : this.#offerOn(alive, this.#offered, patient_ms);
    });
  }

  settled(): void {
    this.#isStale = this.#isGone;
  }

  watch(): void {
    this.#heard = newHeard(this.#nodes.now());
  }

  nodeLost(): void {
    if (this.#isReleased || this.#isGone) return;
    this.#isGone = true;
    this.#isStale = true;
    this.#listener.onLost();
  }

  /** Asks how much has arrived. Tells when it is nothing any more. */
  async sweep(silent_ms: number): Promise<void> {
    const node = this.#node;
    if (node === null || this.#isGone || this.#isReleased) return;
    const result = await node.control.send('query', { 'call-id': this.#call }, [500]);
    if (this.#isReleased || node !== this.#node || this.#isGone) return;
    if (!result.ok) {
      if (/unknown call/i.test(result.reason)) this.nodeLost();
      return;
    }
    this.#stats = readMediaStats(result.reply);
    if (this.#heard === null || this.#stats === null) return;
    const now = this.#nodes.now();
    this.#heard = heardNow(this.#heard, this.#stats, now);
    if (isSilent(this.#heard, this.#said, this.#profile, silent_ms, now)) this.#listener.onSilent();
  }

  release(): Promise<MediaStats | null> {
    this.#isReleased = true;
    return this.#inTurn(async () => {
      this.#isOver = true;
      const node = this.#node;
      for (const other of this.#visited) if (other !== node || this.#isGone) this.#forget(other);
      node?.users.delete(this);
      this.#onReleased();
      if (node === null) return null;
      const result = this.#isGone ? null : await node.control.send('delete', this.#whole());
      const told = result?.ok ? readMediaStats(result.reply) : this.#stats;
      const stats = addStats(this.#earlier, told);
      return stats === null ? null : { ...stats, ...this.#whereabouts() };
    });
  }

  /** rtpengine adds a number of its own to the name of a recording. */
  #whereabouts(): Pick<MediaStats, 'nodes' | 'recordings'> {
    const nodes = [...this.#visited].map(({ name }) => name);
    const recordings = nodes.map((name) => `${name}:pcaps/${this.#call}-*.pcap`);
    return this.#profile.recorded ? { nodes, recordings } : { nodes };
  }

  /** On the first node that takes the offer. */
  async #place(offer: Offer): Promise<Relayed> {
    const tried = new Set<MediaNode>();
    let refusal: Relayed = { ok: false, reason: 'no media node is there' };
    for (let node = this.#nodes.choose(tried); node !== undefined; node = this.#nodes.choose(tried)) {
      tried.add(node);
      const tries_ms = this.#nodes.hasOther(tried) ? impatient_ms : patient_ms;
      this.#isAnswered = false;
      const relayed = await this.#offerOn(node, offer, tries_ms);
      if (relayed.ok) {
        this.#settleOn(node);
        return relayed;
      }
      this.#forget(node);
      if (relayed.cause !== undefined) return relayed;
      if (noRoom.test(relayed.reason)) node.hasNoRoom();
      refusal = relayed;
    }
    return refusal;
  }

  #settleOn(node: MediaNode): void {
    if (this.#node !== null) {
      this.#earlier = addStats(this.#earlier, this.#stats);
      this.#stats = null;
      this.#node.users.delete(this);
    }
    this.#node = node;
    this.#isGone = false;
    this.#visited.add(node);
    node.users.add(this);
  }

  async #offerOn(node: MediaNode, { from, sdp }: Offer, tries_ms: readonly number[]): Promise<Relayed> {
    const offer = readOffer(sdp, from, this.#profile);
    if (!offer.ok) return offer;
    const parameters = offerParameters(this.#call, this.#profile, from, offer, this.#isAnswered);
    return this.#relay(node, 'offer', parameters, otherSide[from], tries_ms);
  }

  async #relay(
    node: MediaNode,
    command: 'offer' | 'answer',
    parameters: NgReply,
    to: MediaSide,
    tries_ms: readonly number[],
  ): Promise<Relayed> {
    const result = await node.control.send(command, parameters, tries_ms);
    if (!result.ok) return { ok: false, reason: result.reason };
    const { sdp } = result.reply;
    if (typeof sdp !== 'string') return { ok: false, reason: 'rtpengine answered without SDP' };
    const fault = checkShown(sdp, to, this.#profile);
    if (fault !== null) return { ok: false, reason: fault, cause: 'internal-error' };
    this.#shown[to] = codecNames(sdp);
    return { ok: true, sdp };
  }

  /** What a node may hold of this call is given back; nobody waits for that. */
  #forget(node: MediaNode): void {
    node.users.delete(this);
    void node.control.send('delete', this.#whole());
  }

  /** Without a tag it deletes as well, and tells no figures. */
  #whole(): NgReply {
    return { 'call-id': this.#call, 'from-tag': tags.caller, 'delete-delay': 0 };
  }

  /** What comes after the release must not open the call anew. */
  #relayInTurn(operation: () => Promise<Relayed>): Promise<Relayed> {
    return this.#inTurn(
      async (): Promise<Relayed> => (this.#isOver ? { ok: false, reason: 'the call is over' } : operation()),
    );
  }

  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(operation);
    this.#last = turn;
    return turn;
  }
}
