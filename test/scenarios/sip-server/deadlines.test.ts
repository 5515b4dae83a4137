import { Headers } from '@trunkline/sip/headers';
import { sipRequest } from '@trunkline/sip/message';
import { describe, expect, it } from 'vitest';
import { answered, draft, fromPeer, transactionOf, world } from './world.ts';

describe('deadlines', () => {
  it('480 after 32 s to an INVITE that nobody answers, and the late answer is refused', () => {
    const w = world();
    w.receive(fromPeer('INVITE', 1, '<sip:us@192.0.2.1>'));
    const transaction = transactionOf(w.frames.at(-1));
    w.clock.advance(31_999);
    expect(w.sent('480')).toEqual([]);
    w.clock.advance(1);
    expect(w.sent('480')).toEqual([32_000]);
    expect(w.say(draft(200), { transaction })).toMatch(/NOK\|Response not sent due to unknown transaction/);
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('10 minutes of ringing, and then the application hears CANCEL and the caller 480', () => {
    const w = world();
    w.receive(fromPeer('INVITE', 1, '<sip:us@192.0.2.1>'));
    w.say(draft(180), { transaction: transactionOf(w.frames.at(-1)) });
    w.clock.advance(600_000);
    expect([w.sent('480'), w.frames.at(-1)]).toEqual([[600_000], expect.stringMatching(/ CANCEL /)]);
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('500 after 30 s to an OPTIONS that nobody answers, 200 to a BYE', () => {
    const w = world();
    w.core.routes.add(w.app, 'options');
    w.receive(fromPeer('OPTIONS', 1, '<sip:us@192.0.2.1>'));
    const ok = answered(w);
    w.receive(fromPeer('BYE', 2, ok.headers.get('to') ?? ''));
    expect(w.sent('200')).toHaveLength(1);
    w.clock.advance(30_000);
    expect([w.sent('500'), w.sent('200')]).toEqual([[30_000], [0, 30_000]]);
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('an ACK that the application does not send is sent by us after 32 s, with BYE', () => {
    const w = world();
    w.say(sipRequest('INVITE', 'sip:peer@192.0.2.9', new Headers(), 'v=0'));
    w.reply(200, w.request('INVITE'), { headers: [['Contact', '<sip:peer@192.0.2.9>']] });
    w.clock.advance(32_000);
    expect([w.sent('ACK'), w.sent('BYE'), w.byes]).toEqual([[32_000], [32_000], ['application-ack']]);
    w.reply(200, w.request('BYE'));
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('our 200 is sent again after 0.5, 1, 2, 4, 4 s … and after 32 s the call is ended', () => {
    const w = world();
    w.receive(fromPeer('INVITE', 1, '<sip:us@192.0.2.1>'));
    w.say(draft(200), { transaction: transactionOf(w.frames.at(-1)) });
    w.clock.advance(32_000);
    expect(w.sent('200')).toEqual([0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    expect([w.byes, w.request('BYE').headers.get('reason')]).toEqual([
      ['ack-timeout'],
      'SIP;cause=408;text="ACK timeout"',
    ]);
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('RFC 3262: a reliable response is sent again until its PRACK, and without one the INVITE is refused', () => {
    const w = world();
    w.receive(fromPeer('INVITE', 1, '<sip:us@192.0.2.1>', [['Supported', '100rel']]));
    w.say(draft(183, [['Require', '100rel']]), { transaction: transactionOf(w.frames.at(-1)) });
    w.clock.advance(32_000);
    expect(w.sent('183')).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    expect([w.sent('504'), w.frames.at(-1)]).toEqual([[32_000], expect.stringMatching(/ CANCEL /)]);
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('RFC 3261 §9.1: 32 s after a CANCEL without a final response the application hears 408', () => {
    const w = world();
    const told = w.say(sipRequest('INVITE', 'sip:peer@192.0.2.9', new Headers(), 'v=0'));
    w.reply(180, w.request('INVITE'));
    w.clock.advance(1_000);
    w.say(sipRequest('CANCEL', 'sip:peer@192.0.2.9', Headers.of([['reason', 'SIP;cause=200']])), {
      transaction: told.split('|')[10] ?? '',
    });
    expect(w.request('CANCEL').headers.get('reason')).toBe('SIP;cause=200');
    w.reply(200, w.request('CANCEL'));
    w.clock.advance(32_000);
    expect(w.frames.at(-1)).toMatch(/SIP\/2.0 408 Request Timeout$/);
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });
});
