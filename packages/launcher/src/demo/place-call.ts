import type { Clock } from '@trunkline/runtime/clock';
import { recogniseTone } from '@trunkline/testkit/rtp-peer/recognise-tone';
import type { LoggedMessage } from '@trunkline/testkit/sip-peer/message-log';
import type { Dial } from '@trunkline/testkit/sip-peer/outgoing-call';
import { Fault } from '../fault.ts';
import { pause, within } from '../wait.ts';
import type { Audio, Party } from './party.ts';

const ringsFor_ms = 300;
const setupDeadline_ms = 15_000;
const endDeadline_ms = 5_000;
/** The last packets are still on their way when the sender stops. */
const lastPackets_ms = 100;

export interface HeardAudio {
  readonly sent: number;
  readonly received: number;
  readonly lost: number;
  readonly expected_hz: number;
  /** Undefined: silence, or something else than the tone that was sent. */
  readonly heard_hz: number | undefined;
  readonly amplitude: number;
}

/** What both ends of one call saw. */
export interface PlacedCall {
  /** Trunkline's id of the call, from the INVITE that the callee received. */
  readonly id: string;
  readonly caller: readonly LoggedMessage[];
  readonly callee: readonly LoggedMessage[];
  readonly toCallee: HeardAudio;
  readonly toCaller: HeardAudio;
}

export interface CallPlan {
  readonly clock: Clock;
  readonly caller: Party;
  readonly callee: Party;
  readonly dial: Omit<Dial, 'sdp'>;
  readonly talk_ms: number;
  readonly hangs_up: 'caller' | 'callee';
}

function heard(from: { audio: Audio; party: Party }, at: Audio, candidates_hz: readonly number[]): HeardAudio {
  const { packets, lost, samples } = at.rtp.received();
  const tone = recogniseTone(candidates_hz, samples);
  return {
    sent: from.audio.rtp.sent(),
    received: packets,
    lost,
    expected_hz: from.party.tone_hz,
    heard_hz: tone?.frequency_hz,
    amplitude: Math.round(tone?.amplitude ?? 0),
  };
}

/**
 * One call from beginning to end: rings, is answered, both sides talk in tones, one hangs up. Throws a {@link Fault} that says
 * how far it came when it does not come about.
 */
export async function placeCall(plan: CallPlan): Promise<PlacedCall> {
  const { clock, caller, callee, dial, talk_ms } = plan;
  const audio = { caller: await caller.openAudio(), callee: await callee.openAudio() };
  const arriving = callee.sip.nextCall();
  const outgoing = caller.sip.call({ ...dial, sdp: audio.caller.sdp });

  const refused = outgoing.final.then((response) => response?.status ?? 'no answer');
  const arrived = await within(clock, setupDeadline_ms, Promise.race([arriving, refused]));
  if (arrived === undefined || typeof arrived !== 'object') {
    throw new Fault(`The call to ${dial.to} did not reach the callee: ${arrived ?? 'nothing came in time'}.`);
  }
  arrived.ring();
  await pause(clock, ringsFor_ms);
  const answering = arrived.answer(audio.callee.sdp);
  const up = await within(clock, setupDeadline_ms, Promise.all([answering, outgoing.answered]));
  const [calleeCall, callerCall] = up ?? [];
  if (calleeCall === undefined || callerCall === undefined) {
    const final = await within(clock, 0, outgoing.final);
    throw new Fault(`The callee answered, the caller heard ${final?.status ?? 'nothing'}.`);
  }
  audio.caller.play(callerCall.remoteSdp());
  audio.callee.play(calleeCall.remoteSdp());
  await pause(clock, talk_ms);
  audio.caller.rtp.silence();
  audio.callee.rtp.silence();
  await pause(clock, lastPackets_ms);

  const [first, second] = plan.hangs_up === 'caller' ? [callerCall, calleeCall] : [calleeCall, callerCall];
  const status = await first.hangUp();
  if (status !== 200) throw new Fault(`BYE was answered with ${status}.`);
  const ended = await within(clock, endDeadline_ms, second.ended);
  if (ended === undefined) throw new Fault('One side hung up and the other was not told.');

  const candidates = [caller.tone_hz, callee.tone_hz];
  const id = arrived.request.headers.get('X-Trunkline-Call-ID');
  if (id === undefined) throw new Fault('The INVITE that the callee received has no X-Trunkline-Call-ID.');
  return {
    id,
    caller: caller.log.messages(outgoing.callId),
    callee: callee.log.messages(arrived.callId),
    toCallee: heard({ audio: audio.caller, party: caller }, audio.callee, candidates),
    toCaller: heard({ audio: audio.callee, party: callee }, audio.caller, candidates),
  };
}
