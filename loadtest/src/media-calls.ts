import type { Clock } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import { audioAddress, audioSdp } from '@trunkline/testkit/sip-peer/audio-sdp';
import type { PeerCall } from '@trunkline/testkit/sip-peer/call';
import type { Remote } from '@trunkline/testkit/sip-peer/remote';
import { createSipPeer, type SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { AudioBank, type AudioEnd } from './audio-bank.ts';

/** One call with audio from and to both ends. */
export interface MediaCall {
  readonly caller: PeerCall;
  readonly ends: readonly [AudioEnd, AudioEnd];
  /** re-INVITEs that the two ends answered. */
  reinvites: number;
  ended_by_them: boolean;
}

export interface MediaParties {
  readonly agentPort: number;
  readonly bank: AudioBank;
  /** Undefined when the call did not come about; the status is then in `refusals`. */
  place(number: string): Promise<MediaCall | undefined>;
  readonly refusals: number[];
  close(): Promise<void>;
}

/** A carrier and an agent that talk and listen on every call, and answer re-INVITEs. */
export async function createMediaParties(
  clock: Clock,
  ids: Ids,
  places: { readonly carrier: string; readonly agent: string; readonly trunkline: Remote },
): Promise<MediaParties> {
  const bank = new AudioBank(clock);
  const carrier: SipPeer = await createSipPeer({ clock, ids, address: places.carrier, name: 'carrier', port: 5_060 });
  const agent: SipPeer = await createSipPeer({ clock, ids, address: places.agent, name: 'agent' });
  const arrived = new Map<string, { call: PeerCall; end: AudioEnd; watch: (call: MediaCall) => void }>();
  const refusals: number[] = [];

  agent.onCall((incoming) => {
    const mark = incoming.request.headers.get('X-Mark') ?? '';
    void bank.open(places.agent).then(async (end) => {
      const call = await incoming.answer(audioSdp(end, ['PCMU']));
      if (call === undefined) return;
      follow(call.remoteSdp(), end);
      arrived.set(mark, { call, end, watch: (owner) => answerReinvites(call, end, owner) });
    });
  });
  async function place(number: string): Promise<MediaCall | undefined> {
    const mark = ids.hex(8);
    const end = await bank.open(places.carrier);
    const { trunkline } = places;
    const dialled = carrier.call({
      to: `sip:${number}@${trunkline.address}:${trunkline.port}`,
      from: carrier.uri('+491700000000'),
      next_hop: trunkline,
      sdp: audioSdp(end, ['PCMU']),
      headers: [['X-Mark', mark]],
    });
    const caller = await dialled.answered;
    if (caller === undefined) {
      refusals.push((await dialled.final)?.status ?? 0);
      return undefined;
    }
    follow(caller.remoteSdp(), end);
    for (let wait = 0; wait < 200 && !arrived.has(mark); wait++) await pause(clock, 10);
    const other = arrived.get(mark);
    if (other === undefined) throw new Error('A call was answered that the agent does not have');
    arrived.delete(mark);
    const call: MediaCall = { caller, ends: [end, other.end], reinvites: 0, ended_by_them: false };
    answerReinvites(caller, end, call);
    other.watch(call);
    return call;
  }
  return {
    agentPort: agent.port,
    bank,
    place,
    refusals,
    async close() {
      await bank.close();
      await carrier.close();
      await agent.close();
    },
  };
}

function answerReinvites(call: PeerCall, end: AudioEnd, owner: MediaCall): void {
  call.onReinvite((sdp) => {
    owner.reinvites++;
    if (sdp !== '') follow(sdp, end);
    return audioSdp(end, ['PCMU']);
  });
  void call.ended.then(({ by }) => {
    if (by === 'them') owner.ended_by_them = true;
  });
}

/** Talks to where they say that they are. */
function follow(sdp: string, end: AudioEnd): void {
  const to = audioAddress(sdp);
  if (to !== undefined) end.talkTo(to);
}

export function pause(clock: Clock, time_ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(time_ms, resolve));
}
