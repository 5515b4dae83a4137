import type { Clock } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import { createResponse } from '@trunkline/sip/create-response';
import { formatMessage } from '@trunkline/sip/format-message';
import { type SipMessage, type SipRequest, type SipResponse, sipRequest } from '@trunkline/sip/message';
import { parseMessage } from '@trunkline/sip/parse-message';
import { BRANCH_COOKIE, formatVia, parseVia } from '@trunkline/sip/via';
import { type ClientTransaction, startClientTransaction } from './client-transaction.ts';
import { createMessageLog, type MessageLog } from './message-log.ts';
import type { Remote } from './remote.ts';
import { type ServerTransaction, startServerTransaction } from './server-transaction.ts';
import { openSipSocket, type PeerTls, type SipSocket } from './sip-socket.ts';

/** A peer serves one test or one demonstration; the oldest transactions are forgotten beyond this. */
const maxTransactions = 2_000;

export interface TransactionLayerParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly address: string;
  readonly port?: number;
  readonly tls?: PeerTls;
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
  readonly tls_port: number;
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
  if (!via.ok || from.transport !== 'udp') return from;
  const { parameters, port = 5_060 } = via.value;
  const marked = new Map(parameters).set('received', from.address);
  if (parameters.has('rport')) marked.set('rport', String(from.port));
  const [line = ''] = request.headers.lines('via');
  request.headers.replaceFirst('via', line.replace(top, formatVia({ ...via.value, parameters: marked })));
  return parameters.has('rport') ? from : { ...from, port };
}

/** Sockets and transactions (RFC 3261 §17, §18) of one peer, with a log of every message. */
export async function createTransactionLayer(parts: TransactionLayerParts): Promise<TransactionLayer> {
  const layer = new Layer(parts);
  await layer.open();
  return layer;
}

type Handlers = Parameters<TransactionLayer['request']>[2];

class Layer implements TransactionLayer {
  readonly log: MessageLog;
  readonly #parts: TransactionLayerParts;
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new Map<string, ServerTransaction>();
  #socket: SipSocket | undefined;

  constructor(parts: TransactionLayerParts) {
    this.#parts = parts;
    this.log = createMessageLog(parts.clock);
  }

  async open(): Promise<void> {
    this.#socket = await openSipSocket({ ...this.#parts, onMessage: (bytes, from) => this.#receive(bytes, from) });
  }

  get address(): string {
    return this.#parts.address;
  }

  get port(): number {
    return this.#socket?.port ?? 0;
  }

  get tls_port(): number {
    return this.#socket?.tls_port ?? 0;
  }

  request(request: SipRequest, to: Remote, handlers: Handlers): ClientTransaction {
    return this.#begin(this.#withVia(request, to), to, handlers);
  }

  cancel(invite: SipRequest, to: Remote): void {
    const cseq = (invite.headers.get('cseq') ?? '').replace('INVITE', 'CANCEL');
    const headers = invite.headers.clone().set('CSeq', cseq);
    for (const name of ['content-type', 'contact', 'authorization', 'proxy-authorization']) headers.delete(name);
    const cancel = sipRequest('CANCEL', invite.uri, headers);
    this.#begin(cancel, to, { onResponse: () => undefined, onTimeout: () => undefined });
  }

  sendAck(ack: SipRequest, to: Remote): void {
    this.#send(this.#withVia(ack, to), to);
  }

  async close(): Promise<void> {
    for (const transaction of [...this.#clients.values(), ...this.#servers.values()]) transaction.stop();
    await this.#socket?.close();
  }

  #send(message: SipMessage, to: Remote): void {
    this.log.add('sent', message, to);
    this.#socket?.send(formatMessage(message), to);
  }

  #begin(request: SipRequest, to: Remote, handlers: Handlers): ClientTransaction {
    const transaction = startClientTransaction({
      clock: this.#parts.clock,
      request,
      reliable: to.transport !== 'udp',
      send: (message) => this.#send(message, to),
      ...handlers,
    });
    remember(this.#clients, `${branchOf(request)} ${request.method}`, transaction);
    return transaction;
  }

  #withVia(request: SipRequest, to: Remote): SipRequest {
    const parameters = new Map([
      ['rport', ''],
      ['branch', `${BRANCH_COOKIE}${this.#parts.ids.hex(10)}`],
    ]);
    const port = to.transport === 'tls' ? this.tls_port : this.port;
    const via = { transport: to.transport.toUpperCase(), host: this.address, port, parameters };
    return { ...request, headers: request.headers.clone().prepend('Via', formatVia(via)) };
  }

  #receive(bytes: Buffer, from: Remote): void {
    const parsed = parseMessage(bytes);
    if (!parsed.ok) return;
    const { message } = parsed;
    this.log.add('received', message, from);
    if (message.kind === 'response') {
      const method = message.headers.get('cseq')?.split(/\s+/)[1];
      this.#clients.get(`${branchOf(message)} ${method}`)?.receive(message);
    } else if (message.method === 'ACK') {
      this.#servers.get(`${branchOf(message)} INVITE`)?.acknowledge();
      this.#parts.onAck(message);
    } else this.#receiveRequest(message, from);
  }

  #receiveRequest(request: SipRequest, from: Remote): void {
    const branch = branchOf(request);
    const key = `${branch} ${request.method}`;
    const known = this.#servers.get(key);
    if (known !== undefined) {
      known.repeat();
      return;
    }
    const back = markSource(request, from);
    const transaction: ServerTransaction = startServerTransaction({
      clock: this.#parts.clock,
      request,
      reliable: from.transport !== 'udp',
      send: (response) => this.#send(response, back),
      onUnacknowledged: () => this.#parts.onUnacknowledged(transaction),
    });
    remember(this.#servers, key, transaction);
    if (request.method !== 'CANCEL') this.#parts.onRequest(transaction, from);
    else this.#receiveCancel(transaction, this.#servers.get(`${branch} INVITE`));
  }

  /** RFC 3261 §9.2 */
  #receiveCancel(cancel: ServerTransaction, invite: ServerTransaction | undefined): void {
    cancel.respond(createResponse(cancel.request, invite === undefined ? 481 : 200));
    if (invite !== undefined && (invite.response?.status ?? 0) < 200) this.#parts.onCancel(invite);
  }
}
