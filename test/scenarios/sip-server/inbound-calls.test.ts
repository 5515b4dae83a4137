import { Headers } from '@trunkline/sip/headers';
import { sipRequest, sipResponse } from '@trunkline/sip/message';
import { describe, expect, it } from 'vitest';
import { answered, draft, fromPeer, placed, transactionOf, world } from './world.ts';

describe('a call from the network', () => {
  it('is told of its ringing, its answer and its ACK, with one To tag, and never twice', () => {
    const w = world();
    w.receive(fromPeer('INVITE', 1, '<sip:us@192.0.2.1>'));
    const transaction = transactionOf(w.frames.at(-1));
    w.say(draft(180), { transaction });
    w.say(draft(200), { transaction });
    expect(w.answer(200).headers.get('to')).toBe(w.answer(180).headers.get('to'));
    const ack = fromPeer('ACK', 1, w.answer(200).headers.get('to') ?? '');
    w.receive(ack);
    w.receive(ack);
    expect(w.frames.filter((frame) => frame.includes(' ACK '))).toEqual([
      expect.stringContaining(`|${transaction}|incoming;from-tag=caller|`),
    ]);
    w.receive(fromPeer('BYE', 2, w.answer(200).headers.get('to') ?? ''));
    w.clock.advance(70_000);
    w.assertNothingLeft();
  });

  it.each(['offered', 'ringing'])(
    'is cancelled while %s: the application hears CANCEL, and may not answer any more',
    (stage) => {
      const w = world();
      const invite = fromPeer('INVITE', 1, '<sip:us@192.0.2.1>');
      w.receive(invite);
      const transaction = transactionOf(w.frames.at(-1));
      if (stage === 'ringing') w.say(draft(180), { transaction });
      const cancelled = fromPeer('CANCEL', 1, '<sip:us@192.0.2.1>');
      cancelled.headers.set('Via', invite.headers.get('via') ?? '');
      w.receive(cancelled);
      expect([w.sent('200'), w.sent('487')]).toEqual([[0], [0]]);
      expect(w.frames.at(-1)).toMatch(new RegExp(`\\|${transaction}\\|.* CANCEL `));
      expect(w.say(draft(200), { transaction })).toMatch(/NOK\|Response not sent due to unknown transaction/);
      w.clock.advance(40_000);
      w.assertNothingLeft();
    },
  );
});

describe('a call that the application refuses', () => {
  it.each(['offered', 'ringing'])(
    'while %s: the status goes out once more until the ACK, and nothing is left',
    (stage) => {
      const w = world();
      const invite = fromPeer('INVITE', 1, '<sip:us@192.0.2.1>');
      w.receive(invite);
      const transaction = transactionOf(w.frames.at(-1));
      if (stage === 'ringing') w.say(draft(180), { transaction });
      w.say(draft(603), { transaction });
      w.clock.advance(500);
      const ack = fromPeer('ACK', 1, w.answer(603).headers.get('to') ?? '');
      ack.headers.set('Via', invite.headers.get('via') ?? '');
      w.receive(ack);
      w.clock.advance(10_000);
      expect([w.sent('603'), w.frames.filter((frame) => frame.includes(' ACK '))]).toEqual([[0, 500], []]);
      w.assertNothingLeft();
    },
  );
});

describe('inside a dialog', () => {
  it('the answer to a re-INVITE moves the remote target, and CSeq counts on', () => {
    const w = world();
    const { dialog } = placed(w);
    w.say(sipRequest('INVITE', 'sip:placeholder', new Headers(), 'v=0 more'), { dialog });
    w.reply(200, w.request('INVITE'), { headers: [['Contact', '<sip:moved@192.0.2.9>']] });
    w.say(sipRequest('ACK', 'sip:placeholder', new Headers()), { dialog });
    expect([w.request('ACK').uri, w.request('ACK').headers.get('cseq')]).toEqual(['sip:moved@192.0.2.9', '2 ACK']);
    w.say(sipRequest('BYE', 'sip:placeholder', new Headers()), { dialog });
    expect([w.request('BYE').uri, w.request('BYE').headers.get('cseq')]).toEqual(['sip:moved@192.0.2.9', '3 BYE']);
    w.reply(200, w.request('BYE'));
    expect(w.say(sipRequest('INFO', 'sip:placeholder', new Headers()), { dialog })).toMatch(
      /NOK\|.*unable to find dialog/,
    );
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('a BYE that is challenged leaves the dialog for the BYE with credentials', () => {
    const w = world();
    const { dialog } = placed(w);
    w.say(sipRequest('BYE', 'sip:placeholder', new Headers()), { dialog });
    w.reply(407, w.request('BYE'));
    w.say(sipRequest('BYE', 'sip:placeholder', Headers.of([['Proxy-Authorization', 'Digest x']])), { dialog });
    expect(w.request('BYE').headers.get('proxy-authorization')).toBe('Digest x');
    w.reply(200, w.request('BYE'));
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('RFC 3261 §15.1.2: a BYE inside a re-INVITE ends it with 487, and both are answered', () => {
    const w = world();
    const ok = answered(w);
    w.receive(fromPeer('INVITE', 2, ok.headers.get('to') ?? ''));
    w.receive(fromPeer('BYE', 3, ok.headers.get('to') ?? ''));
    expect(w.sent('487')).toEqual([0]);
    expect(w.frames.slice(-2)).toEqual([expect.stringMatching(/ CANCEL /), expect.stringMatching(/ BYE /)]);
    w.say(draft(200), { transaction: transactionOf(w.frames.at(-1)) });
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('a BYE instead of the ACK of our 200 ends its retransmissions', () => {
    const w = world();
    w.receive(fromPeer('INVITE', 1, '<sip:us@192.0.2.1>'));
    w.say(draft(200), { transaction: transactionOf(w.frames.at(-1)) });
    w.receive(fromPeer('BYE', 2, w.answer(200).headers.get('to') ?? ''));
    w.say(sipResponse(202, '', new Headers()), { transaction: transactionOf(w.frames.at(-1)) });
    w.clock.advance(40_000);
    expect([w.sent('200'), w.sent('202'), w.byes]).toEqual([[0], [0], []]);
    w.assertNothingLeft();
  });

  it('RFC 3261 §14.2: INVITEs that cross are answered with 491', () => {
    const w = world();
    const ok = answered(w);
    w.say(sipRequest('INVITE', 'sip:placeholder', new Headers(), 'v=0'), { dialog: 'incoming;from-tag=caller' });
    w.receive(fromPeer('INVITE', 2, ok.headers.get('to') ?? ''));
    expect(w.sent('491')).toEqual([0]);
    w.reply(486, w.request('INVITE'));
    w.say(sipRequest('BYE', 'sip:placeholder', new Headers()), { dialog: 'incoming;from-tag=caller' });
    w.reply(200, w.request('BYE'));
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('a BYE on an early dialog: 200, 487 to the INVITE, and the application hears CANCEL', () => {
    const w = world();
    w.receive(fromPeer('INVITE', 1, '<sip:us@192.0.2.1>'));
    w.say(draft(180), { transaction: transactionOf(w.frames.at(-1)) });
    w.receive(fromPeer('BYE', 2, w.answer(180).headers.get('to') ?? ''));
    expect([w.sent('487'), w.sent('200'), w.frames.at(-1)]).toEqual([[0], [0], expect.stringMatching(/ CANCEL /)]);
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });
});
