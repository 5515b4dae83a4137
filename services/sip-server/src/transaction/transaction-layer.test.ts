import { silentLogger } from '@trunkline/runtime/logger';
import { createResponse } from '@trunkline/sip/create-response';
import { formatMessage } from '@trunkline/sip/format-message';
import { Headers } from '@trunkline/sip/headers';
import { type SipRequest, type SipResponse, sipRequest } from '@trunkline/sip/message';
import { parseMessage } from '@trunkline/sip/parse-message';
import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../transport/transport.ts';
import { TransportLayer } from '../transport/transport-layer.ts';
import { readArrival } from './arrival.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import { DEFAULT_TIMERS } from './timer-durations.ts';
import { TransactionLayer } from './transaction-layer.ts';

/** A transaction layer over a network that notes when what was sent. */
function world(transport: 'udp' | 'tcp') {
  const clock = createFakeClock();
  const start = clock.now();
  const sent: { readonly at: number; readonly what: string; readonly bytes: Buffer }[] = [];
  let fail = false;
  const flow: Flow = {
    transport,
    local: { address: '127.0.0.1', port: 5060 },
    remote: { address: '127.0.0.1', port: 5090 },
    open: true,
    send(bytes, failed) {
      sent.push({ at: clock.now() - start, what: bytes.toString().split('\r\n', 1)[0] ?? '', bytes });
      if (fail) clock.after(0, () => failed(new Error('no')));
    },
  };
  const layer = new TransactionLayer({
    clock,
    logger: silentLogger,
    timers: DEFAULT_TIMERS,
    transports: new TransportLayer([]),
  });
  const heard: string[] = [];
  const user = {
    response: (response: SipResponse) => void heard.push(`${response.status} at ${clock.now() - start}`),
    timedOut: () => void heard.push(`timeout at ${clock.now() - start}`),
    transportFailed: () => void heard.push(`transport at ${clock.now() - start}`),
  };
  const total = () => Object.values(layer.counts).reduce((sum, count) => sum + count, 0);
  return {
    clock,
    layer,
    flow,
    sent,
    heard,
    user,
    times: (what: string) => sent.filter((one) => one.what.startsWith(what)).map((one) => one.at),
    breakNetwork: () => {
      fail = true;
    },
    total,
    assertNothingLeft() {
      expect([total(), clock.pending().length, layer.impossible_events]).toEqual([0, 0, 0]);
    },
  };
}

const request = (method: string, extra: readonly (readonly [string, string])[] = []): SipRequest =>
  sipRequest(
    method,
    'sip:bob@127.0.0.1',
    Headers.of([
      ['Via', 'SIP/2.0/UDP 127.0.0.1:5090;branch=z9hG4bKone'],
      ...extra,
      ['From', '<sip:alice@127.0.0.1>;tag=a'],
      ['To', '<sip:bob@127.0.0.1>'],
      ['Call-ID', 'c'],
      ['CSeq', `1 ${method === 'ACK' ? 'ACK' : method}`],
    ]),
  );

function outgoing(method: string): OutgoingRequest {
  const message = request(method, [['Route', '<sip:proxy;lr>']]);
  return {
    method,
    uri: message.uri,
    branch: 'z9hG4bKone',
    via: message.headers.get('via') ?? '',
    from: message.headers.get('from') ?? '',
    to: message.headers.get('to') ?? '',
    call_id: 'c',
    cseq: 1,
    routes: ['<sip:proxy;lr>'],
    bytes: formatMessage(message),
  };
}

const arrive = (flow: Flow, message: SipRequest) => {
  const arrival = readArrival(message, flow);
  if (!arrival.ok) throw new Error(arrival.reason);
  return arrival.value;
};

const answer = (status: number, method: string): SipResponse => createResponse(request(method), status, { toTag: 'b' });
const bytes = (status: number): Buffer => Buffer.from(`SIP/2.0 ${status} x\r\n\r\n`);

describe('INVITE client transaction, RFC 3261 §17.1.1', () => {
  it('over UDP sends again after 0.5, 1, 2, 4, 8, 16 s and gives up with timer B at 32 s', () => {
    const w = world('udp');
    w.layer.sendRequest(outgoing('INVITE'), w.flow, w.user);
    w.clock.advance(40_000);
    expect(w.times('INVITE')).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    expect(w.heard).toEqual(['timeout at 32000']);
    w.assertNothingLeft();
  });

  it('over TCP sends once and gives up at 32 s', () => {
    const w = world('tcp');
    w.layer.sendRequest(outgoing('INVITE'), w.flow, w.user);
    w.clock.advance(40_000);
    expect(w.times('INVITE')).toEqual([0]);
    expect(w.heard).toEqual(['timeout at 32000']);
    w.assertNothingLeft();
  });

  it('stops with the first provisional response and then waits for ever', () => {
    const w = world('udp');
    const transaction = w.layer.sendRequest(outgoing('INVITE'), w.flow, w.user);
    w.clock.advance(600);
    w.layer.receiveResponse(answer(180, 'INVITE'));
    w.clock.advance(600_000);
    expect(w.times('INVITE')).toEqual([0, 500]);
    expect([w.heard, transaction.phase]).toEqual([['180 at 600'], 'proceeding']);
    transaction.abandon();
    w.assertNothingLeft();
  });

  it.each([
    ['udp', 32_000],
    ['tcp', 0],
  ] as const)('over %s acknowledges 486 each time it comes, tells it once, and stays %i ms', (transport, stays) => {
    const w = world(transport);
    w.layer.sendRequest(outgoing('INVITE'), w.flow, w.user);
    w.layer.receiveResponse(answer(486, 'INVITE'));
    w.layer.receiveResponse(answer(486, 'INVITE'));
    expect(w.heard).toEqual(['486 at 0']);
    expect(w.times('ACK')).toEqual(stays === 0 ? [0] : [0, 0]);
    const ack = parseMessage(w.sent.at(-1)?.bytes ?? Buffer.alloc(0));
    if (!ack.ok) throw new Error(ack.reason);
    // §17.1.1.3: the INVITE's branch, Route, Call-ID and From, the response's To.
    expect(ack.message.headers.get('via')).toBe('SIP/2.0/UDP 127.0.0.1:5090;branch=z9hG4bKone');
    expect(ack.message.headers.get('route')).toBe('<sip:proxy;lr>');
    expect(ack.message.headers.get('to')).toBe('<sip:bob@127.0.0.1>;tag=b');
    expect(ack.message.headers.get('cseq')).toBe('1 ACK');
    if (stays > 0) w.clock.advance(stays - 1);
    expect(w.total()).toBe(stays === 0 ? 0 : 1);
    w.clock.advance(1);
    w.assertNothingLeft();
  });

  it.each(['udp', 'tcp'] as const)(
    'RFC 6026: over %s every 2xx is passed on for 64*T1, and no ACK is sent',
    (transport) => {
      const w = world(transport);
      w.layer.sendRequest(outgoing('INVITE'), w.flow, w.user);
      w.layer.receiveResponse(answer(200, 'INVITE'));
      w.clock.advance(10_000);
      w.layer.receiveResponse(answer(200, 'INVITE'));
      w.layer.receiveResponse(answer(486, 'INVITE'));
      w.clock.advance(21_999);
      expect(w.total()).toBe(1);
      w.clock.advance(1);
      expect(w.layer.receiveResponse(answer(200, 'INVITE'))).toBe(false);
      expect([w.heard, w.times('ACK')]).toEqual([['200 at 0', '200 at 10000'], []]);
      w.assertNothingLeft();
    },
  );

  it('passes 2xx on that comes after ringing, and stays for 64*T1', () => {
    const w = world('udp');
    w.layer.sendRequest(outgoing('INVITE'), w.flow, w.user);
    w.layer.receiveResponse(answer(180, 'INVITE'));
    w.layer.receiveResponse(answer(183, 'INVITE'));
    w.layer.receiveResponse(answer(200, 'INVITE'));
    w.clock.advance(32_000);
    expect(w.heard).toEqual(['180 at 0', '183 at 0', '200 at 0']);
    w.assertNothingLeft();
  });

  it('can be abandoned before an answer, and then is silent', () => {
    const w = world('udp');
    w.layer.sendRequest(outgoing('INVITE'), w.flow, w.user).abandon();
    w.clock.advance(40_000);
    expect([w.heard, w.times('INVITE')]).toEqual([[], [0]]);
    w.assertNothingLeft();
  });

  it('tells when it could not be sent', () => {
    const w = world('tcp');
    w.breakNetwork();
    w.layer.sendRequest(outgoing('INVITE'), w.flow, w.user);
    w.clock.advance(1);
    expect(w.heard).toEqual(['transport at 0']);
    w.assertNothingLeft();
  });

  it('tells when the connection closes before an answer', () => {
    const w = world('tcp');
    w.layer.sendRequest(outgoing('INVITE'), w.flow, w.user);
    w.layer.flowClosed(w.flow);
    expect(w.heard).toEqual(['transport at 0']);
    w.assertNothingLeft();
  });
});

describe('non-INVITE client transaction, RFC 3261 §17.1.2', () => {
  it('over UDP sends again at growing intervals up to T2, and gives up with timer F', () => {
    const w = world('udp');
    w.layer.sendRequest(outgoing('OPTIONS'), w.flow, w.user);
    w.clock.advance(40_000);
    expect(w.times('OPTIONS')).toEqual([0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    expect(w.heard).toEqual(['timeout at 32000']);
    w.assertNothingLeft();
  });

  it.each([undefined, 183])('tells when it could not be sent, after %s', (status) => {
    const w = world('udp');
    w.breakNetwork();
    w.layer.sendRequest(outgoing('OPTIONS'), w.flow, w.user);
    if (status !== undefined) w.layer.receiveResponse(answer(status, 'OPTIONS'));
    w.clock.advance(1);
    expect(w.heard.at(-1)).toBe('transport at 0');
    w.assertNothingLeft();
  });

  it('in Proceeding sends again every T2, and still gives up', () => {
    const w = world('udp');
    w.layer.sendRequest(outgoing('OPTIONS'), w.flow, w.user);
    w.layer.receiveResponse(answer(183, 'OPTIONS'));
    w.clock.advance(40_000);
    expect(w.times('OPTIONS').slice(0, 3)).toEqual([0, 4_000, 8_000]);
    expect(w.heard).toEqual(['183 at 0', 'timeout at 32000']);
    w.assertNothingLeft();
  });

  it.each([
    ['udp', 5_000],
    ['tcp', 0],
  ] as const)('over %s absorbs repeated answers for %i ms', (transport, k) => {
    const w = world(transport);
    w.layer.sendRequest(outgoing('BYE'), w.flow, w.user);
    w.layer.receiveResponse(answer(200, 'BYE'));
    w.layer.receiveResponse(answer(200, 'BYE'));
    if (k > 0) w.clock.advance(k - 1);
    expect(w.total()).toBe(k === 0 ? 0 : 1);
    w.clock.advance(1);
    expect(w.heard).toEqual(['200 at 0']);
    w.assertNothingLeft();
  });
});

describe('INVITE server transaction, RFC 3261 §17.2.1', () => {
  const opened = (transport: 'udp' | 'tcp') => {
    const w = world(transport);
    const invite = request('INVITE', [['Via', 'SIP/2.0/UDP 127.0.0.1:5091;branch=z9hG4bKtwo']]);
    const arrival = arrive(w.flow, invite);
    const transaction = w.layer.createServer(arrival);
    expect(w.layer.findServer(arrival, 'INVITE')).toBe(transaction);
    return { ...w, w, arrival, transaction };
  };

  it('repeats the last provisional response for every repeated INVITE', () => {
    const { transaction, times, clock, w } = opened('udp');
    transaction.receive();
    transaction.respond(100, bytes(100));
    transaction.receive();
    transaction.respond(180, bytes(180));
    transaction.receive();
    expect([times('SIP/2.0 100').length, times('SIP/2.0 180').length]).toEqual([2, 2]);
    transaction.respond(486, bytes(486));
    transaction.acknowledge(arrive(w.flow, request('ACK')));
    clock.advance(5_000);
    w.assertNothingLeft();
  });

  it('over UDP repeats 486 until timer H, and then is silent', () => {
    const { transaction, times, clock, w } = opened('udp');
    transaction.respond(486, bytes(486));
    clock.advance(40_000);
    expect(times('SIP/2.0 486').slice(0, 6)).toEqual([0, 500, 1_500, 3_500, 7_500, 11_500]);
    expect(Math.max(...times('SIP/2.0 486'))).toBe(31_500);
    w.assertNothingLeft();
  });

  it('over TCP sends 486 once, and repeats it for a repeated INVITE', () => {
    const { transaction, times, clock, w } = opened('tcp');
    transaction.respond(486, bytes(486));
    clock.advance(1_000);
    transaction.receive();
    expect(times('SIP/2.0 486')).toEqual([0, 1_000]);
    clock.advance(31_000);
    w.assertNothingLeft();
  });

  it.each([
    ['udp', 5_000],
    ['tcp', 0],
  ] as const)('over %s stops with the ACK and absorbs what follows for %i ms', (transport, i) => {
    const { transaction, times, clock, w } = opened(transport);
    transaction.respond(486, bytes(486));
    transaction.acknowledge(arrive(w.flow, request('ACK')));
    transaction.receive();
    if (i > 0) clock.advance(i - 1);
    expect([times('SIP/2.0 486'), w.total()]).toEqual([[0], i === 0 ? 0 : 1]);
    clock.advance(1);
    w.assertNothingLeft();
  });

  it.each([
    [200, 32_000],
    [486, 0],
  ])('tells its user when %i could not be sent, and goes on for %i ms', (status, stays) => {
    const { transaction, breakNetwork, clock, w } = opened('tcp');
    let failed = 0;
    transaction.user = {
      acknowledged: () => {},
      cancelled: () => {},
      transportFailed: () => {
        failed += 1;
      },
    };
    transaction.respond(180, bytes(180));
    breakNetwork();
    transaction.respond(status, bytes(status));
    clock.advance(1);
    expect([failed, w.total()]).toEqual([1, stays === 0 ? 0 : 1]);
    clock.advance(stays);
    w.assertNothingLeft();
  });

  it('RFC 6026: after 200 absorbs INVITEs, sends what its user repeats, passes an ACK of its branch on, for 64*T1', () => {
    const { transaction, times, clock, w } = opened('udp');
    const acks: string[] = [];
    transaction.user = {
      acknowledged: (ack) => void acks.push(ack.call_id),
      cancelled: () => {},
      transportFailed: () => {},
    };
    transaction.respond(200, bytes(200));
    transaction.receive();
    clock.advance(500);
    transaction.respond(200, bytes(200));
    transaction.respond(486, bytes(486));
    transaction.acknowledge(arrive(w.flow, request('ACK')));
    expect([times('SIP/2.0'), acks]).toEqual([[0, 500], ['c']]);
    clock.advance(31_499);
    expect(w.total()).toBe(1);
    clock.advance(1);
    w.assertNothingLeft();
  });

  it('matches ACK and CANCEL by branch and sent-by, and nothing of another sender', () => {
    const { arrival, layer, flow, transaction, clock } = opened('udp');
    expect(layer.findServer(arrive(flow, request('ACK')), 'ACK')).toBe(transaction);
    expect(layer.findServer(arrive(flow, request('CANCEL')), 'INVITE')).toBe(transaction);
    expect(layer.findServer(arrive(flow, request('CANCEL')), 'CANCEL')).toBeUndefined();
    const other = request('INVITE');
    other.headers.set('Via', 'SIP/2.0/UDP 127.0.0.1:5095;branch=z9hG4bKone');
    expect(layer.findServer(arrive(flow, other), 'INVITE')).toBeUndefined();
    const old = request('INVITE');
    old.headers.set('Via', 'SIP/2.0/UDP 127.0.0.1:5095;branch=1');
    const older = layer.createServer(arrive(flow, old));
    expect(layer.findServer(arrive(flow, { ...old, method: 'ACK' }), 'ACK')).toBe(older);
    expect(arrival.vias).toHaveLength(2);
    clock.advance(0);
  });
});

describe('non-INVITE server transaction, RFC 3261 §17.2.2', () => {
  it.each([
    ['udp', 32_000],
    ['tcp', 0],
  ] as const)('over %s repeats its answer for repeated requests, for %i ms', (transport, j) => {
    const w = world(transport);
    const transaction = w.layer.createServer(arrive(w.flow, request('OPTIONS')));
    transaction.receive();
    expect(w.sent).toEqual([]);
    transaction.respond(200, bytes(200));
    transaction.receive();
    transaction.respond(500, bytes(500));
    expect(w.times('SIP/2.0')).toEqual(j === 0 ? [0] : [0, 0]);
    if (j > 0) w.clock.advance(j - 1);
    expect(w.total()).toBe(j === 0 ? 0 : 1);
    w.clock.advance(1);
    w.assertNothingLeft();
  });
});

describe('non-INVITE server transaction with a provisional response', () => {
  it('repeats that until the final one, and tells when that cannot be sent', () => {
    const w = world('udp');
    const transaction = w.layer.createServer(arrive(w.flow, request('OPTIONS')));
    let failed = 0;
    transaction.user = {
      acknowledged: () => {},
      cancelled: () => {},
      transportFailed: () => {
        failed += 1;
      },
    };
    transaction.respond(183, bytes(183));
    transaction.receive();
    transaction.respond(182, bytes(182));
    expect([w.times('SIP/2.0 183'), w.times('SIP/2.0 182')]).toEqual([[0, 0], [0]]);
    w.breakNetwork();
    transaction.respond(200, bytes(200));
    w.clock.advance(1);
    expect([w.times('SIP/2.0 200'), failed]).toEqual([[0], 1]);
    w.assertNothingLeft();
  });
});

describe('where responses go, RFC 3261 §18.2, RFC 3581', () => {
  const vias = (via: string): readonly string[] => {
    const w = world('udp');
    const message = request('OPTIONS');
    message.headers.set('Via', via);
    return arrive(w.flow, message).vias;
  };

  it.each([
    ['SIP/2.0/UDP 127.0.0.1:5090;branch=z9hG4bKx', 'SIP/2.0/UDP 127.0.0.1:5090;branch=z9hG4bKx'],
    ['SIP/2.0/UDP 10.1.1.1:5090;branch=z9hG4bKx', 'SIP/2.0/UDP 10.1.1.1:5090;branch=z9hG4bKx;received=127.0.0.1'],
    [
      'SIP/2.0/UDP 127.0.0.1:5091;rport;branch=z9hG4bKx',
      'SIP/2.0/UDP 127.0.0.1:5091;rport=5090;branch=z9hG4bKx;received=127.0.0.1',
    ],
  ])('%s is answered with %s', (via, answered) => {
    expect(vias(via)).toEqual([answered]);
  });
});
