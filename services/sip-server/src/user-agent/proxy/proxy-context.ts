import type { Headers } from '@trunkline/sip/headers';
import type { SipResponse } from '@trunkline/sip/message';
import { parseNameAddr, tagOf } from '@trunkline/sip/name-addr';
import { BRANCH_COOKIE } from '@trunkline/sip/via';
import { composeOwnResponse } from '../../compose/compose-response.ts';
import { routeRequest } from '../../dialog/route-request.ts';
import type { Arrival } from '../../transaction/arrival.ts';
import type { ClientUser } from '../../transaction/client-transaction.ts';
import type { ServerTransaction, ServerUser } from '../../transaction/server-transaction.ts';
import { endpointText } from '../../transport/endpoint.ts';
import type { Flow } from '../../transport/transport.ts';
import { type Core, newId, newTag } from '../core.ts';
import { reach } from '../reach.ts';
import type { SendResult } from '../send-in-dialog.ts';
import { type ComposeFor, sendOver } from '../send-over.ts';
import { bestResponse } from './best-response.ts';
import { forwardRequest, targetUri } from './forward-request.ts';
import { forwardResponse } from './forward-response.ts';
import { loopMark } from './loop.ts';
import { type BranchFinal, ProxyBranch } from './proxy-branch.ts';
import { MOST_TARGETS, type ProxyOptions } from './proxy-options.ts';
import { recordRoutes } from './record-route.ts';

/** Who wants to hear how it goes; nobody for requests inside a dialog that we only pass on. */
export interface ProxyListener {
  /** A final response of a target, also one that goes no further. */
  responded(response: SipResponse, flow: Flow): void;
  /** The client has its final response. */
  done(): void;
}

export interface ProxyParts {
  readonly core: Core;
  readonly transaction: ServerTransaction;
  readonly options: Omit<ProxyOptions, 'full_response'>;
  /** Route that is left when ours is taken off. */
  readonly routes: readonly string[];
  readonly added: Headers;
  readonly listener: ProxyListener;
}

/** RFC 3261 §16: one request on its way to its targets, and the responses on their way back (the response context of §16.7). */
export class ProxyContext implements ServerUser {
  readonly #parts: ProxyParts;
  readonly #arrival: Arrival;
  readonly #waiting: string[] = [];
  readonly #known = new Set<string>();
  readonly #branches: ProxyBranch[] = [];
  readonly #finals: BranchFinal[] = [];
  /** Tags of those who accepted: their retransmissions are passed on and not told again. */
  readonly #accepted = new Set<string>();
  #answered = false;
  #cancelled = false;

  constructor(parts: ProxyParts) {
    this.#parts = parts;
    this.#arrival = parts.transaction.arrival;
    parts.transaction.user = this;
    parts.core.proxies.add(this);
    for (const destination of parts.options.destinations) this.#want(targetUri(destination, this.#arrival.request.uri));
  }

  start(): void {
    this.#launch();
  }

  /** §16.10 */
  cancelled(): void {
    this.#cancelled = true;
    this.#waiting.length = 0;
    for (const branch of this.#branches) branch.cancel();
  }

  acknowledged(): void {
    // The ACK of a 2xx has its own way; the one of a refusal ends in the server transaction.
  }

  transportFailed(): void {
    // §16.9: the client is not there to hear; the targets go on.
  }

  #want(uri: string): void {
    // §16.5: no target twice.
    if (this.#known.has(uri) || this.#known.size >= MOST_TARGETS) return;
    this.#known.add(uri);
    this.#waiting.push(uri);
  }

  #launch(): void {
    do {
      const uri = this.#waiting.shift();
      if (uri === undefined) break;
      this.#begin(uri);
    } while (this.#parts.options.parallel);
    this.#finishIfOver();
  }

  #begin(uri: string): void {
    const { core, options, listener } = this.#parts;
    const branch = new ProxyBranch({
      core,
      method: this.#arrival.request.method,
      send: (user) => this.#send(uri, user),
      provisional_ms: options.provisional_ms,
      final_ms: options.final_ms,
      progress: (response) => this.#progress(response),
      success: (response, flow) => this.#success(response, flow),
      final: (final, flow) => {
        if (final.response !== undefined && flow !== undefined) listener.responded(final.response, flow);
        this.#final(final);
      },
      late: () => this.#launch(),
    });
    this.#branches.push(branch);
    branch.start();
  }

  /** §16.6 */
  #send(target: string, user: ClientUser): SendResult | Promise<SendResult> {
    const { core, options, routes, added } = this.#parts;
    const arrival = this.#arrival;
    if (core.transactions.full) return { ok: false, reason: 'too many transactions' };
    const routing = routeRequest({ route_set: routes, remote_target: target });
    const compose: ComposeFor = (flow) =>
      forwardRequest(arrival, {
        uri: routing.uri,
        routes: routing.routes,
        branch: BRANCH_COOKIE + newId(core) + loopMark(arrival),
        via_transport: flow.transport.toUpperCase(),
        host_port: endpointText(core.transports.of(flow)?.advertised ?? flow.local),
        record_routes: options.record_route ? recordRoutes(core, arrival.call_id, arrival.flow, flow) : [],
        added,
      });
    const reached = reach(core, routing.next);
    if (reached instanceof Promise) {
      return reached.then((found) => (found.ok ? sendOver(core, found, compose, user) : found));
    }
    return reached.ok ? sendOver(core, reached, compose, user) : reached;
  }

  #progress(response: SipResponse): void {
    if (!this.#answered) this.#parts.transaction.respond(response.status, forwardResponse(response));
  }

  /** §16.7 steps 5 and 10: every 2xx to an INVITE goes back, and what is still open is cancelled. */
  #success(response: SipResponse, flow: Flow): void {
    const { transaction, listener } = this.#parts;
    const { method } = this.#arrival.request;
    if (this.#answered && method !== 'INVITE') return;
    transaction.respond(response.status, forwardResponse(response));
    const tag = tagOf(response.headers.get('to') ?? '') ?? '';
    if (this.#accepted.has(tag)) return;
    this.#accepted.add(tag);
    listener.responded(response, flow);
    this.#waiting.length = 0;
    for (const branch of this.#branches) branch.cancel();
    this.#done();
    this.#finishIfOver();
  }

  #final(final: BranchFinal): void {
    this.#finals.push(final);
    if (final.status >= 600) {
      // §16.7 step 5: nobody else is asked, and what is open is cancelled.
      this.#waiting.length = 0;
      for (const branch of this.#branches) branch.cancel();
    } else if (final.status >= 300 && final.status < 400 && !this.#cancelled) this.#redirect(final.response);
    if (!this.#answered && this.#waiting.length > 0) this.#launch();
    else this.#finishIfOver();
  }

  #redirect(response: SipResponse | undefined): void {
    if (!this.#parts.options.follow_redirects || response === undefined) return;
    const before = this.#waiting.length;
    for (const contact of response.headers.list('contact')) {
      const address = parseNameAddr(contact);
      if (address.ok) this.#want(address.value.uri);
    }
    // §16.7 step 4: a redirection that is followed is no answer.
    if (this.#waiting.length > before) this.#finals.pop();
  }

  #finishIfOver(): void {
    if (this.#waiting.length > 0 || this.#branches.some((branch) => branch.pending)) return;
    this.#parts.core.proxies.delete(this);
    if (!this.#answered) this.#respondBest();
  }

  /** §16.7 step 6 */
  #respondBest(): void {
    const { core, transaction } = this.#parts;
    const best = bestResponse(this.#finals);
    const status = best?.status ?? (this.#cancelled ? 487 : 408);
    // §16.7 step 6: 503 would say that we are overloaded.
    const shown = status === 503 ? 500 : this.#cancelled && status === 408 ? 487 : status;
    if (best?.response !== undefined && shown === status) {
      const others = this.#finals.flatMap(({ response }) => (response === undefined ? [] : [response]));
      transaction.respond(status, forwardResponse(best.response, others));
    } else transaction.respond(shown, composeOwnResponse(this.#arrival, shown, newTag(core)));
    this.#done();
  }

  #done(): void {
    if (this.#answered) return;
    this.#answered = true;
    this.#parts.listener.done();
  }
}
