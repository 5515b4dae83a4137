import type { Relayed } from '@trunkline/edge/call/media';
import { systemClock } from '@trunkline/runtime/clock';
import { type Law, payloadTypes } from '@trunkline/testkit/rtp-peer/g711';
import { recogniseTone } from '@trunkline/testkit/rtp-peer/recognise-tone';
import { createRtpPeer, type RtpAddress, type RtpPeer } from '@trunkline/testkit/rtp-peer/rtp-peer';
import { type CryptoLine, formatCrypto, readCryptos, srtpBetween } from '@trunkline/testkit/rtp-peer/sdes';
import { masterLength, type SrtpSuite } from '@trunkline/testkit/rtp-peer/srtp';
import { audioAddress } from '@trunkline/testkit/sip-peer/audio-sdp';
import { waitUntil } from '@trunkline/testkit/wait-until';

export interface PartyOptions {
  readonly law?: Law;
  /** `offered`: keys beside RTP (RFC 8643). */
  readonly srtp?: 'no' | 'required' | 'offered';
  readonly suite?: SrtpSuite;
  readonly address?: string;
  readonly tone_hz: number;
  readonly ssrc: number;
}

export interface Wording {
  readonly direction?: string;
  /** What the description says, where it is not the truth: a private address. */
  readonly shown?: RtpAddress;
}

const amplitude = 8_000;
/** Two conversions between the laws cost so much at most. */
const tolerance = 400;
const window_packets = 20;

/** One end of a call: describes itself, learns the far end's description, plays its tone and listens. */
export class MediaParty {
  readonly options: PartyOptions;
  #peer: RtpPeer;
  #keys: CryptoLine | null;
  #theirKey = '';
  #target: RtpAddress | undefined;

  private constructor(options: PartyOptions, peer: RtpPeer) {
    this.options = options;
    this.#peer = peer;
    const { srtp = 'no', suite = 'AES_CM_128_HMAC_SHA1_80', ssrc } = options;
    this.#keys = srtp === 'no' ? null : { tag: 1, suite, master: Buffer.alloc(masterLength(suite), ssrc) };
  }

  static async create(options: PartyOptions): Promise<MediaParty> {
    return new MediaParty(options, await openPeer(options));
  }

  get peer(): RtpPeer {
    return this.#peer;
  }

  /** Another socket: the far end has to be told by a new description. */
  async movesPort(): Promise<void> {
    await this.#peer.close();
    this.#peer = await openPeer(this.options);
    this.#theirKey = '';
  }

  describes({ direction = 'sendrecv', shown = this.#peer }: Wording = {}): string {
    const { law = 'PCMU', srtp = 'no' } = this.options;
    const family = shown.address.includes(':') ? 'IP6' : 'IP4';
    return [
      'v=0',
      `o=- ${shown.port} 1 IN ${family} ${shown.address}`,
      's=-',
      `c=IN ${family} ${shown.address}`,
      't=0 0',
      `m=audio ${shown.port} ${srtp === 'required' ? 'RTP/SAVP' : 'RTP/AVP'} ${payloadTypes[law]} 101`,
      `a=rtpmap:${payloadTypes[law]} ${law}/8000`,
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      ...(this.#keys === null ? [] : [formatCrypto(this.#keys)]),
      `a=${direction}`,
      '',
    ].join('\r\n');
  }

  /** Takes an offer of the far end before it answers: the answer names one of its suites (RFC 4568 §5.1.2). */
  considers(relayed: Relayed): void {
    const offered = readCryptos(textOf(relayed));
    const ours = this.#keys;
    if (ours === null) return;
    const chosen = offered.find(({ suite }) => suite === ours.suite);
    if (chosen !== undefined) this.#keys = { ...ours, tag: chosen.tag };
    else if (this.options.srtp === 'offered') this.#keys = null;
    else throw new Error(`The far end offers no ${ours.suite}`);
  }

  /** From now on the far end is where its description says, with the keys that it says. */
  learns(relayed: Relayed): void {
    const sdp = textOf(relayed);
    this.#target = audioAddress(sdp);
    const ours = this.#keys;
    const theirs = ours === null ? undefined : readCryptos(sdp).find(({ tag }) => tag === ours.tag);
    if (ours === null || theirs === undefined) return this.#peer.secure(null);
    const key = theirs.master.toString('hex');
    // A stream goes on where its keys stay.
    if (key !== this.#theirKey) this.#peer.secure(srtpBetween(ours, theirs));
    this.#theirKey = key;
  }

  talks(): void {
    if (this.#target === undefined) throw new Error('The far end is not known');
    this.#peer.play({ frequency_hz: this.options.tone_hz, amplitude }, this.#target);
  }

  /**
   * The tone in the newest packets, among those of these parties, as loud as it was sent. Waits for a window without a gap: where many programs share a
   * processor, packets sent in a burst may overtake each other.
   */
  async hears(...others: readonly MediaParty[]): Promise<{ tone_hz: number; amplitude: number }> {
    const before = this.#peer.received().packets;
    const tones = others.map(({ options }) => options.tone_hz);
    const heard = await waitUntil(
      () => {
        const { packets, samples } = this.#peer.received();
        if (packets < before + window_packets + 5) return undefined;
        const tone = recogniseTone(tones, samples.slice(-window_packets * 160));
        return tone !== undefined && Math.abs(tone.amplitude - amplitude) < tolerance ? tone : undefined;
      },
      { what: `a tone at the party that plays ${this.options.tone_hz} Hz`, deadline_ms: 20_000 },
    );
    return { tone_hz: heard.frequency_hz, amplitude: heard.amplitude };
  }

  async close(): Promise<void> {
    await this.#peer.close();
  }
}

function openPeer({ law = 'PCMU', address = '127.0.0.1', ssrc }: PartyOptions): Promise<RtpPeer> {
  return createRtpPeer({ clock: systemClock, address, law, ssrc });
}

export function textOf(relayed: Relayed): string {
  if (!relayed.ok) throw new Error(`The relay refused: ${relayed.reason}`);
  return relayed.sdp;
}
