import { describe, expect, it } from 'vitest';
import { fromPeer, world } from './world.ts';

describe('a request that nobody takes', () => {
  it.each([
    ['a BYE of no dialog', fromPeer('BYE', 2, '<sip:us@192.0.2.1>;tag=gone'), 481],
    ['a CANCEL of nothing', fromPeer('CANCEL', 1, '<sip:us@192.0.2.1>'), 481],
    ['a re-INVITE of no dialog', fromPeer('INVITE', 2, '<sip:us@192.0.2.1>;tag=gone'), 481],
    ['a method that nobody knows', fromPeer('DANCE', 1, '<sip:us@192.0.2.1>'), 405],
    ['a method that no application wants', fromPeer('OPTIONS', 1, '<sip:us@192.0.2.1>'), 503],
    ['an unsupported extension', fromPeer('INVITE', 1, '<sip:us@192.0.2.1>', [['Require', 'made-up']]), 420],
    ['a To that cannot be read', fromPeer('INVITE', 1, '"us <sip:us@192.0.2.1>'), 400],
  ])('%s is answered each time alike, and not remembered', (_what, request, status) => {
    const w = world();
    w.receive(request);
    const first = w.answer(status);
    w.assertNothingLeft();
    w.receive(request);
    const [again, others] = [w.answer(status), w.sent(String(status)).length];
    expect([again.headers.get('to'), others]).toEqual([first.headers.get('to'), 2]);
    w.assertNothingLeft();
    expect(w.frames).toEqual([]);
  });

  it('an ACK is never answered, however malformed', () => {
    const w = world();
    w.receive(fromPeer('ACK', 1, '"us <sip:us@192.0.2.1>'));
    w.receive(fromPeer('ACK', 1, '<sip:us@192.0.2.1>;tag=gone'));
    expect(w.sent('400')).toEqual([]);
    w.assertNothingLeft();
  });
});
