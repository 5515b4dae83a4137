import { silentLogger } from '@trunkline/runtime/logger';
import { createResponse, type ResponseParts } from '@trunkline/sip/create-response';
import { formatMessage } from '@trunkline/sip/format-message';
import { Headers } from '@trunkline/sip/headers';
import { type SipMessage, type SipRequest, type SipResponse, sipRequest, sipResponse } from '@trunkline/sip/message';
import { parseMessage } from '@trunkline/sip/parse-message';
import type { Application } from '@trunkline/sip-server/control/application';
import { type Gate, OPEN_GATE } from '@trunkline/sip-server/overload/gate';
import { DEFAULT_TIMERS } from '@trunkline/sip-server/transaction/timer-durations';
import type { Flow, Transport } from '@trunkline/sip-server/transport/transport';
import { TransportLayer } from '@trunkline/sip-server/transport/transport-layer';
import { createCore } from '@trunkline/sip-server/user-agent/create-core';
import { fromApplication } from '@trunkline/sip-server/user-agent/from-application';
import { receiveMessage } from '@trunkline/sip-server/user-agent/receive-message';
import { countingIds } from '@trunkline/testkit/counting-ids';
import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { expect } from 'vitest';

const PEER = { address: '192.0.2.9', port: 5_060 };

/** The user agent between one application and one peer, on a clock that a test moves. */
export function world(gate: Gate = OPEN_GATE) {
  const clock = createFakeClock();
  const start = clock.now();
  const network: { readonly at: number; readonly message: SipMessage }[] = [];
  const frames: string[] = [];
  let broken = false;
  const flow: Flow = {
    transport: 'udp',
    local: { address: '192.0.2.1', port: 5_060 },
    remote: PEER,
    open: true,
    send(bytes, failed) {
      if (broken) clock.after(0, () => failed(new Error('no network')));
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
    resolver: { naptr: async () => [], srv: async () => [], addresses: async () => [] },
    gate,
    events: { received: () => {}, refused: () => {}, ownBye: (cause) => void byes.push(cause) },
  });
  const app: Application & { open: boolean; tags: readonly string[] } = {
    number: 1,
    open: true,
    congested: false,
    waiting_bytes: 0,
    tags: [],
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
    breakNetwork: () => {
      broken = true;
    },
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

export type World = ReturnType<typeof world>;

const title = (message: SipMessage): string => (message.kind === 'request' ? message.method : String(message.status));

export const fromPeer = (
  method: string,
  cseq: number,
  to: string,
  extra: readonly (readonly [string, string])[] = [],
) =>
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

export const draft = (status: number, extra: readonly (readonly [string, string])[] = []): SipResponse =>
  sipResponse(status, '', Headers.of(extra), status === 200 ? 'v=0 ours' : '');

/** Index of the transaction id in the frame of a request from the network. */
export const transactionOf = (frame: string | undefined): string => frame?.split('|')[8] ?? '';

/** A call from the peer that the application answered; with header fields for INVITE and 200. */
export function answered(
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
export function placed(
  w: World,
  said: readonly (readonly [string, string])[] = [],
): { dialog: string; transaction: string } {
  const told = w.say(sipRequest('INVITE', 'sip:peer@192.0.2.9', new Headers(), 'v=0 ours'));
  const transaction = told.split('|')[10] ?? '';
  const headers = [['Contact', '<sip:peer@192.0.2.9>'], ...said] as const;
  w.reply(200, w.request('INVITE'), { headers, body: 'v=0 theirs' });
  const dialog = w.frames.at(-1)?.split('|')[9] ?? '';
  w.say(sipRequest('ACK', 'sip:placeholder', new Headers()), { dialog });
  return { dialog, transaction };
}

/** An INVITE of the application, as its transaction id. */
export const call = (w: World): string =>
  w.say(sipRequest('INVITE', 'sip:peer@192.0.2.9', new Headers(), 'v=0')).split('|')[10] ?? '';
export const cancel = (w: World, transaction: string): string =>
  w.say(sipRequest('CANCEL', 'sip:peer@192.0.2.9', new Headers()), { transaction });

/** A request of the callee of the last call. */
export function fromPeerIn(w: World, method: string, cseq: number): SipRequest {
  const { headers } = w.request('INVITE');
  const request = fromPeer(method, cseq, headers.get('from') ?? '');
  request.headers.set('From', `${headers.get('to')};tag=peer`).set('Call-ID', headers.get('call-id') ?? '');
  return request;
}
