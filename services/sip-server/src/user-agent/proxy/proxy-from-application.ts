import { Headers } from '@trunkline/sip/headers';
import type { Application } from '../../control/application.ts';
import { proxyDoneFrame, proxyResponseFrame, refusedFrame } from '../../control/frames.ts';
import type { Arrival } from '../../transaction/arrival.ts';
import { cdrAnswer } from '../cdr.ts';
import { type Core, newId } from '../core.ts';
import { metaOf, plainBytes } from '../deliver.ts';
import { refuse } from '../receive-request.ts';
import { hopsLeft } from './forward-request.ts';
import { loops } from './loop.ts';
import { ProxyContext, type ProxyListener } from './proxy-context.ts';
import { readProxyOptions } from './proxy-options.ts';
import { stripOwnRoutes } from './record-route.ts';

/** A `proxy` message of an application. */
export interface ProxyMessage {
  readonly id: string;
  readonly transaction_id: string;
  /** Meta fields behind the transaction id. */
  readonly fields: readonly string[];
  /** Header fields to put on what is passed on. */
  readonly headers: Headers | undefined;
}

/** Passes a request that the application was given on to others, RFC 3261 §16. */
export function proxyFromApplication(core: Core, app: Application, message: ProxyMessage): void {
  const no = (reason: string): void => app.send(refusedFrame(message.id, newId(core), reason));
  const inbound = core.inbound.get(message.transaction_id);
  if (inbound === undefined || inbound.app !== app) {
    no('Request not proxied due to unknown transaction');
    return;
  }
  const options = readProxyOptions(message.fields);
  if (typeof options === 'string') {
    no(options);
    return;
  }
  const { arrival } = inbound;
  const transaction = inbound.release();
  if (transaction === undefined) {
    no('Request not proxied: it is answered, or inside a dialog');
    return;
  }
  const required = arrival.request.headers.list('proxy-require');
  const { rest } = stripOwnRoutes(core, arrival.request.headers.list('route'), arrival.call_id);
  const fault = faultOf(core, arrival, required);
  if (fault !== undefined) {
    refuse(core, transaction, fault.status, fault.why, fault.extra);
    no(fault.why);
    return;
  }
  const listener: ProxyListener = {
    responded(response, flow) {
      if (arrival.request.method === 'INVITE') {
        cdrAnswer(core, { source: 'network', role: 'proxy-uac', status: response.status, message: response });
      }
      if (!options.full_response) return;
      const bytes = plainBytes(response);
      const meta = metaOf(core, 'network', bytes.length, flow, flow.remote);
      app.send(proxyResponseFrame(message.id, newId(core), meta, message.transaction_id), bytes);
    },
    done: () => app.send(proxyDoneFrame(message.id, newId(core))),
  };
  const added = message.headers ?? new Headers();
  new ProxyContext({ core, transaction, options, routes: rest, added, listener }).start();
}

/** RFC 3261 §16.3: what is not passed on. */
function faultOf(
  core: Core,
  arrival: Arrival,
  required: readonly string[],
): { readonly status: number; readonly why: string; readonly extra: string } | undefined {
  if (hopsLeft(arrival.request.headers) <= 0) return { status: 483, why: 'too many hops', extra: '' };
  if (loops(core, arrival)) return { status: 482, why: 'loop detected', extra: '' };
  if (required.length === 0) return undefined;
  return { status: 420, why: 'bad extension', extra: `Unsupported: ${required.join(', ')}\r\n` };
}
