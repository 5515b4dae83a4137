import { silentLogger } from '@trunkline/runtime/logger';
import { createResponse, type ResponseParts } from '@trunkline/sip/create-response';
import { formatMessage } from '@trunkline/sip/format-message';
import { Headers } from '@trunkline/sip/headers';
import { type SipMessage, type SipRequest, type SipResponse, sipRequest, sipResponse } from '@trunkline/sip/message';
import { parseMessage } from '@trunkline/sip/parse-message';
import { countingIds } from '@trunkline/testkit/counting-ids';
import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import type { Application } from '../control/application.ts';
import { DEFAULT_TIMERS } from '../transaction/timer-durations.ts';
import type { Flow, Transport } from '../transport/transport.ts';
import { TransportLayer } from '../transport/transport-layer.ts';
import { applicationGone } from './application-gone.ts';
import { createCore } from './create-core.ts';
import { fromApplication } from './from-application.ts';
import { receiveMessage } from './receive-message.ts';

const PEER = { address: '192.0.2.9', port: 5_060 };

/** The user agent between one application and one peer, on a clock that a test moves. */
function world() {
  const clock = createFakeClock();
  const start = clock.now();
  const network: { readonly at: number; readonly message: SipMessage }[] = [];
  const frames: string[] = [];
  const flow: Flow = {
    transport: 'udp',
    local: { address: '192.0.2.1', port: 5_060 },
    remote: PEER,
    open: true,
    send(bytes) {
      const result = parseMessage(bytes);
      if (!result.ok) throw new Error(result.reason);
      network.push({ at: clock.now() - start, message: result.message });
    },
  };
  const transport: Transport = {
    name: 'udp',
    local: flow.local,
    advertised: flow.local,
    connections: 0,
    start: async () => {},
    stop: async () => {},
    flowTo: () => flow,
  };
  const byes: string[] = [];
  const core = createCore({
    clock,
    ids: countingIds(),
    logger: silentLogger,
    timers: DEFAULT_TIMERS,
    transports: new TransportLayer([transport]),
    resolver: { srv: async () => [], addresses: async () => [] },
    events: { received: () => {}, refused: () => {}, ownBye: (cause) => void byes.push(cause) },
  });
  const app: Application & { open: boolean } = {
    number: 1,
    open: true,
    congested: false,
    send: (meta: string, sip?: Buffer) => void frames.push(`${meta} ${sip?.toString().split('\r\n', 1)[0] ?? ''}`),
  };
  core.routes.add(app, 'invite');
  let asked = 0;
  const say = (draft: SipMessage, ids: { transaction?: string; dialog?: string } = {}): string => {
    asked += 1;
    const { transaction = '', dialog = '' } = ids;
    fromApplication(core, app, { id: `q${asked}`, transaction_id: transaction, dialog_id: dialog, route: '', draft });
    return frames.at(-1) ?? '';
  };
  const receive = (message: SipMessage): void => receiveMessage(core, formatMessage(message), flow);
  const last = (what: string): SipMessage => {
    const found = network.findLast(({ message }) => title(message) === what);
    if (found === undefined)
      throw new Error(`no ${what} among ${network.map(({ message }) => title(message)).join(' ')}`);
    return found.message;
  };
  return {
    core,
    clock,
    app,
    byes,
    frames,
    say,
    receive,
    request: (method: string) => last(method) as SipRequest,
    answer: (status: number) => last(String(status)) as SipResponse,
    sent: (what: string) => network.filter(({ message }) => title(message) === what).map(({ at }) => at),
    reply: (status: number, to: SipRequest, parts: ResponseParts = {}) =>
      receive(createResponse(to, status, { toTag: 'peer', ...parts })),
    assertNothingLeft() {
      const { transactions, dialogs, inbound, outbound } = core;
      const left = Object.values(transactions.counts).reduce((sum, count) => sum + count, 0);
      expect([left, dialogs.size, inbound.size, outbound.size]).toEqual([0, 0, 0, 0]);
      expect([clock.pending().length, transactions.impossible_events]).toEqual([0, 0]);
    },
  };
}

type World = ReturnType<typeof world>;

const title = (message: SipMessage): string => (message.kind === 'request' ? message.method : String(message.status));

const fromPeer = (method: string, cseq: number, to: string, extra: readonly (readonly [string, string])[] = []) =>
  sipRequest(
    method,
    'sip:us@192.0.2.1',
    Headers.of([
      ['Via', `SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK${method}${cseq}`],
      ['From', '<sip:peer@192.0.2.9>;tag=caller'],
      ['To', to],
      ['Call-ID', 'incoming'],
      ['CSeq', `${cseq} ${method}`],
      ['Contact', '<sip:peer@192.0.2.9>'],
      ...extra,
    ]),
    method === 'INVITE' ? 'v=0 theirs' : '',
  );

const draft = (status: number, extra: readonly (readonly [string, string])[] = []): SipResponse =>
  sipResponse(status, '', Headers.of(extra), status === 200 ? 'v=0 ours' : '');

/** Index of the transaction id in the frame of a request from the network. */
const transactionOf = (frame: string | undefined): string => frame?.split('|')[8] ?? '';

/** A call from the peer that the application answered; with header fields for INVITE and 200. */
function answered(
  w: World,
  asked: readonly (readonly [string, string])[] = [],
  said: readonly (readonly [string, string])[] = [],
): SipResponse {
  w.receive(fromPeer('INVITE', 1, '<sip:us@192.0.2.1>', asked));
  const told = w.say(draft(200, said), { transaction: transactionOf(w.frames.at(-1)) });
  expect(told).toMatch(/\|OK\|application\|.*\|incoming;from-tag=caller\|\|Msg sent:\| SIP\/2.0 200 OK$/);
  const ok = w.answer(200);
  w.receive(fromPeer('ACK', 1, ok.headers.get('to') ?? ''));
  return ok;
}

/** A call of the application that the peer answered; with header fields for the 200. */
function placed(w: World, said: readonly (readonly [string, string])[] = []): { dialog: string; transaction: string } {
  const told = w.say(sipRequest('INVITE', 'sip:peer@192.0.2.9', new Headers(), 'v=0 ours'));
  const transaction = told.split('|')[10] ?? '';
  const headers = [['Contact', '<sip:peer@192.0.2.9>'], ...said] as const;
  w.reply(200, w.request('INVITE'), { headers, body: 'v=0 theirs' });
  const dialog = w.frames.at(-1)?.split('|')[9] ?? '';
  w.say(sipRequest('ACK', 'sip:placeholder', new Headers()), { dialog });
  return { dialog, transaction };
}

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

/** An INVITE of the application, as its transaction id. */
const call = (w: World): string =>
  w.say(sipRequest('INVITE', 'sip:peer@192.0.2.9', new Headers(), 'v=0')).split('|')[10] ?? '';
const cancel = (w: World, transaction: string): string =>
  w.say(sipRequest('CANCEL', 'sip:peer@192.0.2.9', new Headers()), { transaction });

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

/** A request of the callee of the last call. */
function fromPeerIn(w: World, method: string, cseq: number): SipRequest {
  const { headers } = w.request('INVITE');
  const request = fromPeer(method, cseq, headers.get('from') ?? '');
  request.headers.set('From', `${headers.get('to')};tag=peer`).set('Call-ID', headers.get('call-id') ?? '');
  return request;
}

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
