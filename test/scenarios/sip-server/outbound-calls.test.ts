import { Headers } from '@trunkline/sip/headers';
import { sipRequest } from '@trunkline/sip/message';
import { describe, expect, it } from 'vitest';
import { call, cancel, draft, fromPeerIn, transactionOf, world } from './world.ts';

describe('a CANCEL of the application, RFC 3261 §9.1', () => {
  it('waits for a provisional response, and happens once', () => {
    const w = world();
    const transaction = call(w);
    expect(cancel(w, transaction)).toMatch(/\|OK\|.* CANCEL /);
    expect(w.sent('CANCEL')).toEqual([]);
    w.clock.advance(100);
    w.reply(100, w.request('INVITE'));
    cancel(w, transaction);
    expect(w.sent('CANCEL')).toEqual([100]);
    w.reply(200, w.request('CANCEL'));
    w.reply(487, w.request('INVITE'));
    expect(w.frames.at(-1)).toMatch(/SIP\/2.0 487 /);
    expect(cancel(w, transaction)).toMatch(/NOK\|unable to cancel unknown transaction id/);
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('that waited is never sent when the first response is final', () => {
    const w = world();
    cancel(w, call(w));
    w.reply(486, w.request('INVITE'));
    w.clock.advance(40_000);
    expect([w.sent('CANCEL'), w.frames.at(-1)]).toEqual([[], expect.stringMatching(/ 486 /)]);
    w.assertNothingLeft();
  });

  it.each(['held', 'sent'])('that was %s when 200 came: the call is ended after the ACK', (stage) => {
    const w = world();
    const transaction = call(w);
    if (stage === 'sent') w.reply(180, w.request('INVITE'));
    cancel(w, transaction);
    w.reply(200, w.request('INVITE'), { headers: [['Contact', '<sip:peer@192.0.2.9>']] });
    const dialog = w.frames.at(-1)?.split('|')[9] ?? '';
    expect(w.sent('BYE')).toEqual([]);
    w.say(sipRequest('ACK', 'sip:placeholder', new Headers()), { dialog });
    expect([w.byes, w.request('BYE').headers.get('reason')]).toEqual([
      ['cancel-race'],
      'SIP;cause=487;text="ACK-BYE due to cancel race condition"',
    ]);
    w.clock.advance(80_000);
    w.assertNothingLeft();
  });
});

describe('a call of the application', () => {
  it('hears 180 and 183 and 200, each once; ACK is repeated for every 200', () => {
    const w = world();
    call(w);
    const invite = w.request('INVITE');
    for (const status of [100, 180, 183]) w.reply(status, invite);
    w.reply(200, invite, { headers: [['Contact', '<sip:peer@192.0.2.9>']] });
    const heard = w.frames.map((frame) => / SIP\/2.0 (\d+)/.exec(frame)?.[1]).filter(Boolean);
    expect(heard).toEqual(['180', '183', '200']);
    const dialog = w.frames.at(-1)?.split('|')[9] ?? '';
    w.reply(200, invite);
    expect(w.sent('ACK')).toEqual([]);
    w.say(sipRequest('ACK', 'sip:placeholder', new Headers()), { dialog });
    w.reply(200, invite);
    expect(w.sent('ACK')).toEqual([0, 0]);
    w.receive(fromPeerIn(w, 'BYE', 1));
    w.say(draft(200), { transaction: transactionOf(w.frames.at(-1)) });
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('hears 180 also when it is the very first response', () => {
    const w = world();
    call(w);
    w.reply(180, w.request('INVITE'));
    expect(w.frames.at(-1)).toMatch(/\|network\|.* SIP\/2.0 180 /);
    w.reply(486, w.request('INVITE'));
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it.each([false, true])('hears 503 when it cannot be sent; given up before: %s', (givenUp) => {
    const w = world();
    w.breakNetwork();
    const transaction = call(w);
    if (givenUp) cancel(w, transaction);
    w.clock.advance(1);
    expect(w.frames.at(-1)).toMatch(/\|network\|.* SIP\/2.0 503 /);
    w.assertNothingLeft();
  });

  it('does not ring for ever: CANCEL after 10 minutes, and 408 when that is not answered either', () => {
    const w = world();
    call(w);
    w.reply(180, w.request('INVITE'));
    w.clock.advance(600_000);
    expect(w.sent('CANCEL')[0]).toBe(600_000);
    w.clock.advance(32_000);
    expect(w.frames.filter((frame) => frame.includes(' 408 '))).toHaveLength(1);
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('hears 408 when nobody answers at all, also when it gave up before', () => {
    const w = world();
    call(w);
    cancel(w, call(w));
    w.clock.advance(32_000);
    expect(w.frames.filter((frame) => frame.includes(' 408 '))).toHaveLength(2);
    expect(w.sent('CANCEL')).toEqual([]);
    w.assertNothingLeft();
  });
});

describe('a Route of the application', () => {
  const routes = ['<sip:192.0.2.9;lr>', '<sip:core.example;lr>'];
  const headers = () => Headers.of([['Route', routes.join(', ')]]);

  it('is where a request outside a dialog is sent, and goes with it, with its ACK and with its CANCEL', () => {
    const w = world();
    w.say(sipRequest('INVITE', 'sip:+4930@203.0.113.200', headers(), 'v=0'));
    const invite = w.request('INVITE');
    expect([invite.uri, invite.headers.list('route')]).toEqual(['sip:+4930@203.0.113.200', routes]);
    w.reply(486, invite);
    expect(w.request('ACK').headers.list('route')).toEqual(routes);
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });

  it('for a listener is asked for in a field that is not sent', () => {
    const w = world();
    const fields = headers().append('Trunkline-Listener', 'fixed');
    w.say(sipRequest('OPTIONS', 'sip:203.0.113.200', fields));
    expect(w.request('OPTIONS').headers.has('trunkline-listener')).toBe(false);
    w.reply(200, w.request('OPTIONS'));
    w.clock.advance(40_000);
    w.assertNothingLeft();
  });
});
