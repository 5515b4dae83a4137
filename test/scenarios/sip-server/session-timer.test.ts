import { describe, expect, it } from 'vitest';
import { answered, draft, fromPeer, placed, transactionOf, world } from './world.ts';

describe('session timers, RFC 4028', () => {
  it('as refresher of an incoming call: our re-INVITE at half the interval, again after its answer, and after 491', () => {
    const w = world();
    const ok = answered(w, [['Session-Expires', '600;refresher=uas']]);
    expect(ok.headers.get('session-expires')).toBe('600;refresher=uas');
    w.clock.advance(300_000);
    const first = w.request('INVITE');
    expect([first.headers.get('session-expires'), first.body.toString()]).toEqual(['600;refresher=uac', 'v=0 ours']);
    w.reply(200, first, { headers: [['Session-Expires', '600;refresher=uac']] });
    expect(w.request('ACK').headers.get('cseq')).toBe('1 ACK');
    w.clock.advance(300_000);
    w.reply(491, w.request('INVITE'));
    w.clock.advance(2_500);
    const third = w.request('INVITE');
    expect([third.headers.get('cseq'), w.byes]).toEqual(['3 INVITE', []]);
    w.reply(481, third);
    expect([w.byes, w.frames.at(-1)]).toEqual([['session-expired'], expect.stringContaining('|unsolicited|')]);
    w.reply(200, w.request('BYE'));
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('as refresher with a peer that does not answer: BYE when the re-INVITE is given up', () => {
    const w = world();
    placed(w, [['Session-Expires', '90;refresher=uac']]);
    w.clock.advance(45_000 + 32_000);
    expect(w.byes).toEqual(['session-expired']);
    w.clock.advance(70_000);
    w.assertNothingLeft();
  });

  it('as refresher with a peer that rings and says no more: BYE 64*T1 later, and the re-INVITE is forgotten', () => {
    const w = world();
    placed(w, [['Session-Expires', '90;refresher=uac']]);
    w.clock.advance(45_000);
    w.reply(100, w.request('INVITE'));
    w.clock.advance(31_999);
    expect(w.byes).toEqual([]);
    w.clock.advance(1);
    expect(w.byes).toEqual(['session-expired']);
    w.clock.advance(70_000);
    w.assertNothingLeft();
  });

  it('with the peer as refresher: BYE 32 s before the end, unless a re-INVITE came', () => {
    const w = world();
    const ok = answered(w, [
      ['Session-Expires', '600;refresher=uac'],
      ['Supported', 'timer'],
    ]);
    expect(ok.headers.get('require')).toBe('timer');
    w.clock.advance(500_000);
    w.receive(fromPeer('INVITE', 2, ok.headers.get('to') ?? '', [['Session-Expires', '600;refresher=uac']]));
    w.say(draft(200), { transaction: transactionOf(w.frames.at(-1)) });
    w.receive(fromPeer('ACK', 2, ok.headers.get('to') ?? ''));
    w.clock.advance(567_999);
    expect(w.byes).toEqual([]);
    w.clock.advance(1);
    expect([w.byes, w.request('BYE').headers.get('reason')]).toEqual([
      ['session-expired'],
      'SIP;cause=408;text="Session timer expired"',
    ]);
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('422 for less than 90 s', () => {
    const w = world();
    w.receive(fromPeer('INVITE', 1, '<sip:us@192.0.2.1>', [['Session-Expires', '60']]));
    expect(w.answer(422).headers.get('min-se')).toBe('90');
    expect(w.frames).toEqual([]);
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });
});
