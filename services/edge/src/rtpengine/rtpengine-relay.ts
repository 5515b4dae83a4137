import type { MediaProfile, MediaRelay, MediaSession, MediaSide, MediaStats, Relayed } from '../call/media.ts';
import { readMediaStats, tags } from './media-stats.ts';
import type { NgControl, NgReply } from './ng-control.ts';
import { answerParameters, offerParameters } from './offer-parameters.ts';

/** The media relay on one rtpengine. */
export function createRtpengineRelay(control: NgControl): MediaRelay {
  return { open: (call, profile) => new RtpengineSession(control, call, profile) };
}

/** Operations of one call wait for each other: rtpengine works in several threads and would overtake itself. */
class RtpengineSession implements MediaSession {
  readonly #control: NgControl;
  readonly #call: string;
  readonly #profile: MediaProfile;
  #last: Promise<unknown> = Promise.resolve();
  #answered = false;

  constructor(control: NgControl, call: string, profile: MediaProfile) {
    this.#control = control;
    this.#call = call;
    this.#profile = profile;
  }

  offer(from: MediaSide, sdp: string): Promise<Relayed> {
    return this.#inTurn(() =>
      this.#relay('offer', offerParameters(this.#call, this.#profile, from, sdp, this.#answered)),
    );
  }

  answer(from: MediaSide, sdp: string): Promise<Relayed> {
    return this.#inTurn(async () => {
      const relayed = await this.#relay('answer', answerParameters(this.#call, from, sdp));
      this.#answered ||= relayed.ok;
      return relayed;
    });
  }

  release(): Promise<MediaStats | null> {
    return this.#inTurn(async () => {
      // Without a tag it deletes as well, and tells no figures.
      const whole = { 'call-id': this.#call, 'from-tag': tags.caller, 'delete-delay': 0 };
      const result = await this.#control.send('delete', whole);
      return result.ok ? readMediaStats(result.reply) : null;
    });
  }

  async #relay(command: 'offer' | 'answer', parameters: NgReply): Promise<Relayed> {
    const result = await this.#control.send(command, parameters);
    if (!result.ok) return result;
    const { sdp } = result.reply;
    return typeof sdp === 'string' ? { ok: true, sdp } : { ok: false, reason: 'rtpengine answered without SDP' };
  }

  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(operation);
    this.#last = turn;
    return turn;
  }
}
