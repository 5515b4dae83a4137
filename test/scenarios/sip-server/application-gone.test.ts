import { Headers } from '@trunkline/sip/headers';
import { sipRequest } from '@trunkline/sip/message';
import { applicationGone } from '@trunkline/sip-server/user-agent/application-gone';
import { describe, expect, it } from 'vitest';
import { answered, call, draft, fromPeer, placed, transactionOf, world } from './world.ts';

describe('an application that is lost', () => {
  it.each(['calling', 'ringing'])(
    'while %s: the call is cancelled, and ended when it is answered all the same',
    (stage) => {
      const w = world();
      call(w);
      if (stage === 'ringing') w.reply(180, w.request('INVITE'));
      w.app.open = false;
      applicationGone(w.core, w.app);
      if (stage === 'calling') w.reply(180, w.request('INVITE'));
      expect(w.sent('CANCEL')).toEqual([0]);
      w.reply(200, w.request('INVITE'), { headers: [['Contact', '<sip:peer@192.0.2.9>']] });
      w.clock.advance(1);
      expect([w.sent('ACK').length, w.sent('BYE').length]).toEqual([1, 1]);
      w.clock.advance(80_000);
      w.assertNothingLeft();
    },
  );

  it('while it rings at a callee that never answers the CANCEL: given up after 32 s', () => {
    const w = world();
    call(w);
    w.reply(180, w.request('INVITE'));
    w.app.open = false;
    applicationGone(w.core, w.app);
    w.clock.advance(32_000);
    w.assertNothingLeft();
  });

  it('with a caller that heard ringing: 500', () => {
    const w = world();
    w.receive(fromPeer('INVITE', 1, '<sip:us@192.0.2.1>'));
    w.say(draft(180), { transaction: transactionOf(w.frames.at(-1)) });
    w.app.open = false;
    applicationGone(w.core, w.app);
    expect(w.sent('500')).toEqual([0]);
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('leaves nothing behind, whatever it was in the middle of', () => {
    const w = world();
    answered(w);
    placed(w);
    const waiting = fromPeer('INVITE', 7, '<sip:us@192.0.2.1>');
    waiting.headers.set('Call-ID', 'waiting');
    w.receive(waiting);
    w.say(sipRequest('INVITE', 'sip:peer@192.0.2.9', new Headers(), 'v=0'));
    w.reply(180, w.request('INVITE'));
    w.app.open = false;
    w.core.routes.removeAll(w.app);
    applicationGone(w.core, w.app);
    expect([w.sent('500'), w.sent('CANCEL')]).toEqual([[0], [0]]);
    w.reply(487, w.request('INVITE'));
    w.reply(200, w.request('CANCEL'));
    w.clock.advance(5_000);
    expect(w.byes).toEqual(['application-gone', 'application-gone']);
    w.clock.advance(80_000);
    w.assertNothingLeft();
  });
});
