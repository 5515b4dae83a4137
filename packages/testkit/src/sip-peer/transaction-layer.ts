import type { Clock } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import { createResponse } from '@trunkline/sip/create-response';
import { formatMessage } from '@trunkline/sip/format-message';
import type { SipMessage, SipRequest, SipResponse } from '@trunkline/sip/message';
import { parseMessage } from '@trunkline/sip/parse-message';
import { BRANCH_COOKIE, formatVia, parseVia } from '@trunkline/sip/via';
import { type ClientTransaction, startClientTransaction } from './client-transaction.ts';
import { createMessageLog, type MessageLog } from './message-log.ts';
import type { Remote } from './remote.ts';
import { type ServerTransaction, startServerTransaction } from './server-transaction.ts';
import { openSipSocket } from './sip-socket.ts';

/** A peer serves one test or one demonstration; the oldest transactions are forgotten beyond this. */
const maxTransactions = 2_000;

export interface TransactionLayerParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly address: string;
  readonly port?: number;
  /** A request that begins a transaction; never ACK or CANCEL. */
  onRequest(transaction: ServerTransaction, from: Remote): void;
  onCancel(invite: ServerTransaction): void;
  onAck(ack: SipRequest): void;
  /** Nobody acknowledged our final response. */
  onUnacknowledged(invite: ServerTransaction): void;
}

export interface TransactionLayer {
  readonly address: string;
  readonly port: number;
  readonly log: MessageLog;
  /** Puts a Via with a new branch on top and sends. */
  request(
    request: SipRequest,
    to: Remote,
    handlers: { onResponse(response: SipResponse): void; onTimeout(): void },
  ): ClientTransaction;
  /** RFC 3261 §9.1: CANCEL of an INVITE that was sent with `request`. */
  cancel(invite: SipRequest, to: Remote): void;
  /** An ACK of 2xx is outside every transaction (RFC 3261 §13.2.2.4). */
  sendAck(ack: SipRequest, to: Remote): void;
  close(): Promise<void>;
}

interface Keyed {
  stop(): void;
}

function remember<Value extends Keyed>(table: Map<string, Value>, key: string, value: Value): void {
  table.set(key, value);
  const oldest = table.keys().next();
  if (table.size <= maxTransactions || oldest.done) return;
  table.get(oldest.value)?.stop();
  table.delete(oldest.value);
}

function branchOf(message: SipMessage): string {
  const via = parseVia(message.headers.list('via')[0] ?? '');
  return via.ok ? (via.value.parameters.get('branch') ?? '') : '';
}

/** RFC 3261 §18.2.1 and RFC 3581 §4: says in the top Via where the request came from. */
function markSource(request: SipRequest, from: Remote): Remote {
  const [top = ''] = request.headers.list('via');
  const via = parseVia(top);
  if (!via.ok || from.transport === 'tcp') return from;
  const { parameters, port = 5_060 } = via.value;
  const marked = new Map(parameters).set('received', from.address);
  if (parameters.has('rport')) marked.set('rport', String(from.port));
  const [line = ''] = request.headers.lines('via');
  request.headers.replaceFirst('via', line.replace(top, formatVia({ ...via.value, parameters: marked })));
  return parameters.has('rport') ? from : { ...from, port };
}

/** Sockets and transactions (RFC 3261 §17, §18) of one peer, with a log of every message. */
export async function createTransactionLayer(parts: TransactionLayerParts): Promise<TransactionLayer> {
  const { clock, ids } = parts;
  const log = createMessageLog(clock);
  const clients = new Map<string, ClientTransaction>();
  const servers = new Map<string, ServerTransaction>();
  const socket = await openSipSocket({ ...parts, onMessage: (bytes, from) => receive(bytes, from) });

  function send(message: SipMessage, to: Remote): void {
    log.add('sent', message, to);
    socket.send(formatMessage(message), to);
  }

  function receive(bytes: Buffer, from: Remote): void {
    const parsed = parseMessage(bytes);
    if (!parsed.ok) return;
    const { message } = parsed;
    log.add('received', message, from);
    if (message.kind === 'request') receiveRequest(message, from);
    else clients.get(`${branchOf(message)} ${message.headers.get('cseq')?.split(/\s+/)[1]}`)?.receive(message);
  }

  function receiveRequest(request: SipRequest, from: Remote): void {
    const branch = branchOf(request);
    const invite = servers.get(`${branch} INVITE`);
    if (request.method === 'ACK') {
      invite?.acknowledge();
      parts.onAck(request);
      return;
    }
    const known = servers.get(`${branch} ${request.method}`);
    if (known !== undefined) {
      known.repeat();
      return;
    }
    const back = markSource(request, from);
    const transaction: ServerTransaction = startServerTransaction({
      clock,
      request,
      reliable: from.transport === 'tcp',
      send: (response) => send(response, back),
      onUnacknowledged: () => parts.onUnacknowledged(transaction),
    });
    remember(servers, `${branch} ${request.method}`, transaction);
    if (request.method !== 'CANCEL') parts.onRequest(transaction, from);
    else {
      transaction.respond(createResponse(request, invite === undefined ? 481 : 200));
      if (invite !== undefined && (invite.response?.status ?? 0) < 200) parts.onCancel(invite);
    }
  }

  function withVia(request: SipRequest, to: Remote): SipRequest {
    const branch = `${BRANCH_COOKIE}${ids.hex(10)}`;
    const via = {
      transport: to.transport.toUpperCase(),
      host: socket.address,
      port: socket.port,
      parameters: new Map([
        ['rport', ''],
        ['branch', branch],
      ]),
    };
    return { ...request, headers: request.headers.clone().prepend('Via', formatVia(via)) };
  }

  function begin(
    request: SipRequest,
    to: Remote,
    handlers: Parameters<TransactionLayer['request']>[2],
  ): ClientTransaction {
    const transaction = startClientTransaction({
      clock,
      request,
      reliable: to.transport === 'tcp',
      send: (message) => send(message, to),
      ...handlers,
    });
    remember(clients, `${branchOf(request)} ${request.method}`, transaction);
    return transaction;
  }

  return {
    address: socket.address,
    port: socket.port,
    log,
    request: (request, to, handlers) => begin(withVia(request, to), to, handlers),
    cancel(invite, to) {
      const headers = invite.headers
        .clone()
        .set('CSeq', (invite.headers.get('cseq') ?? '').replace('INVITE', 'CANCEL'));
      for (const name of ['content-type', 'contact', 'authorization', 'proxy-authorization']) headers.delete(name);
      const [via = ''] = headers.list('via');
      headers.set('Via', via);
      const cancel: SipRequest = { kind: 'request', method: 'CANCEL', uri: invite.uri, headers, body: Buffer.alloc(0) };
      begin(cancel, to, { onResponse: () => undefined, onTimeout: () => undefined });
    },
    sendAck: (ack, to) => send(withVia(ack, to), to),
    async close() {
      for (const transaction of [...clients.values(), ...servers.values()]) transaction.stop();
      await socket.close();
    },
  };
}
