import type { Clock } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import type { SipResponse } from '@trunkline/sip/message';
import { splitList } from '@trunkline/sip/split-list';
import { parseVia, type Via } from '@trunkline/sip/via';
import { isReliable } from '../transport/endpoint.ts';
import type { Flow } from '../transport/transport.ts';
import type { TransportLayer } from '../transport/transport-layer.ts';
import { type Arrival, serverTransactionKey } from './arrival.ts';
import type { ClientTransaction, ClientUser } from './client-transaction.ts';
import { InviteClient } from './invite-client.ts';
import { InviteServer } from './invite-server.ts';
import { NonInviteClient } from './non-invite-client.ts';
import { NonInviteServer } from './non-invite-server.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import { responseTarget } from './response-target.ts';
import type { SendBack, ServerTransaction } from './server-transaction.ts';
import { type TimerDurations, type TimerSettings, timerDurations } from './timer-durations.ts';
import type { TransactionOwner } from './transaction-owner.ts';

/** Transactions of both kinds that may live at one time; a request over this is not taken. */
const MOST_TRANSACTIONS = 500_000;

export interface TransactionCounts {
  readonly invite_client: number;
  readonly invite_server: number;
  readonly non_invite_client: number;
  readonly non_invite_server: number;
}

/** Owns all transactions, RFC 3261 §17: finds the one that a message belongs to, makes new ones, forgets those that ended. */
export class TransactionLayer {
  readonly #owner: TransactionOwner;
  readonly #logger: Logger;
  readonly #transports: TransportLayer;
  readonly #unreliable: TimerDurations;
  readonly #reliable: TimerDurations;
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #clients = new Map<string, ClientTransaction>();
  #impossible = 0;

  constructor(parts: {
    readonly clock: Clock;
    readonly logger: Logger;
    readonly timers: TimerSettings;
    readonly transports: TransportLayer;
  }) {
    this.#logger = parts.logger;
    this.#owner = {
      clock: parts.clock,
      serverEnded: (key) => void this.#servers.delete(key),
      clientEnded: (key) => void this.#clients.delete(key),
      impossible: (machine, phase, event) => this.#reportImpossible(machine, phase, event),
    };
    this.#transports = parts.transports;
    this.#unreliable = timerDurations(parts.timers, false);
    this.#reliable = timerDurations(parts.timers, true);
  }

  /** Events that a table calls impossible: each is a bug. */
  get impossible_events(): number {
    return this.#impossible;
  }

  get counts(): TransactionCounts {
    const counts = { invite_client: 0, invite_server: 0, non_invite_client: 0, non_invite_server: 0 };
    for (const one of this.#clients.values())
      counts[one instanceof InviteClient ? 'invite_client' : 'non_invite_client'] += 1;
    for (const one of this.#servers.values())
      counts[one instanceof InviteServer ? 'invite_server' : 'non_invite_server'] += 1;
    return counts;
  }

  get full(): boolean {
    return this.#servers.size + this.#clients.size >= MOST_TRANSACTIONS;
  }

  durations(flow: Flow): TimerDurations {
    return isReliable(flow.transport) ? this.#reliable : this.#unreliable;
  }

  /** The transaction that a request belongs to; for a CANCEL, with `method` INVITE, the one that it cancels (RFC 3261 §9.2). */
  findServer(arrival: Arrival, method: string): ServerTransaction | undefined {
    return this.#servers.get(serverTransactionKey(arrival, method));
  }

  /** Whether a server transaction has this key. */
  knows(key: string): boolean {
    return this.#servers.has(key);
  }

  /** A transaction for a request that `findServer` did not know. Never for ACK. */
  createServer(arrival: Arrival): ServerTransaction {
    const { method } = arrival.request;
    const key = serverTransactionKey(arrival, method);
    const parts = {
      arrival,
      key,
      durations: this.durations(arrival.flow),
      owner: this.#owner,
      send: this.#responder(arrival.flow, arrival.via),
    };
    const transaction = method === 'INVITE' ? new InviteServer(parts) : new NonInviteServer(parts);
    this.#servers.set(key, transaction);
    return transaction;
  }

  /** Ends a transaction that has said nothing yet: its request is answered without one. */
  forget(arrival: Arrival): void {
    this.#servers.delete(serverTransactionKey(arrival, arrival.request.method));
  }

  /** Makes the transaction and sends the request. Not for ACK. */
  sendRequest(request: OutgoingRequest, flow: Flow, user: ClientUser): ClientTransaction {
    const key = clientTransactionKey(request.branch, request.method);
    const parts = {
      request,
      key,
      flow,
      durations: this.durations(flow),
      owner: this.#owner,
      user,
    };
    const transaction = request.method === 'INVITE' ? new InviteClient(parts) : new NonInviteClient(parts);
    this.#clients.set(key, transaction);
    transaction.start();
    return transaction;
  }

  /** Gives a response to its transaction; false when there is none, and then it is to be dropped (RFC 3261 §18.1.2). */
  receiveResponse(response: SipResponse): boolean {
    const vias = response.headers.get('via') ?? '';
    const via = parseVia(vias.includes(',') ? (splitList(vias)[0] ?? '') : vias);
    if (!via.ok) return false;
    const cseq = response.headers.get('cseq') ?? '';
    const method = cseq.slice(cseq.lastIndexOf(' ') + 1);
    const transaction = this.#clients.get(clientTransactionKey(via.value.parameters.get('branch') ?? '', method));
    transaction?.receive(response);
    return transaction !== undefined;
  }

  /** Requests that wait on a connection that closed will not be answered on it. */
  flowClosed(flow: Flow): void {
    for (const transaction of this.#clients.values()) if (transaction.flow === flow) transaction.transportFailed();
  }

  /** Keeps of the request no more than it needs: it lives as long as the transaction. */
  #responder(flow: Flow, via: Via): SendBack {
    const target = responseTarget(via, flow.transport, flow.remote);
    const same =
      isReliable(flow.transport) || (target.address === flow.remote.address && target.port === flow.remote.port);
    let way: Flow | undefined = same ? flow : undefined;
    return (bytes: Buffer, failed: (error: Error) => void): void => {
      if (way === undefined || !way.open) way = this.#transports.of(flow)?.flowTo(target);
      if (way === undefined) failed(new Error('no way back'));
      else way.send(bytes, failed);
    };
  }

  #reportImpossible(machine: string, phase: string, event: string): void {
    this.#impossible += 1;
    this.#logger.error('An impossible event reached a transaction', { machine, phase, event });
  }
}

/** RFC 3261 §17.1.3: the branch of our Via and the method of CSeq. */
const clientTransactionKey = (branch: string, method: string): string => `${branch} ${method}`;
