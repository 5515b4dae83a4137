import type { Clock } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import type { Law } from '@trunkline/testkit/rtp-peer/g711';
import { createRtpPeer, type RtpPeer } from '@trunkline/testkit/rtp-peer/rtp-peer';
import { audioAddress, audioSdp } from '@trunkline/testkit/sip-peer/audio-sdp';
import type { MessageLog } from '@trunkline/testkit/sip-peer/message-log';
import { createSipPeer, type SipPeer, type SipPeerParts } from '@trunkline/testkit/sip-peer/sip-peer';
import { amplitude } from './cast.ts';

/** One end of the demonstration: a SIP user agent, and for each call an audio stream with its own tone. */
export interface Party {
  readonly sip: SipPeer;
  readonly log: MessageLog;
  readonly tone_hz: number;
  /** A new audio socket; the description offers or answers it. */
  openAudio(): Promise<Audio>;
  close(): Promise<void>;
}

export interface Audio {
  readonly rtp: RtpPeer;
  readonly sdp: string;
  /** Plays our tone to where their description says. */
  play(theirSdp: string): void;
}

export interface PartyParts extends Pick<SipPeerParts, 'address' | 'name' | 'challenging'> {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tone_hz: number;
  readonly law: Law;
}

export async function createParty(parts: PartyParts): Promise<Party> {
  const { clock, ids, address, tone_hz, law } = parts;
  const sip = await createSipPeer(parts);
  const streams: RtpPeer[] = [];
  return {
    sip,
    log: sip.log,
    tone_hz,
    async openAudio() {
      const rtp = await createRtpPeer({ clock, address, law, ssrc: Number.parseInt(ids.hex(4), 16) });
      streams.push(rtp);
      return {
        rtp,
        sdp: audioSdp(rtp, [law]),
        play(theirSdp) {
          const to = audioAddress(theirSdp);
          if (to !== undefined) rtp.play({ frequency_hz: tone_hz, amplitude }, to);
        },
      };
    },
    async close() {
      for (const stream of streams) await stream.close();
      await sip.close();
    },
  };
}
