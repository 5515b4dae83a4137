import { formatMessage } from '@trunkline/sip/format-message';
import type { SipMessage } from '@trunkline/sip/message';
import type { Application } from '../control/application.ts';
import { type MessageMeta, sipFrame } from '../control/frames.ts';
import type { Arrival } from '../transaction/arrival.ts';
import type { Flow } from '../transport/transport.ts';
import { type Core, newId } from './core.ts';

/** Gives a request from the network to an application. `fresh`: outside a dialog, so that it is told where it came in. */
export function deliverRequest(
  core: Core,
  app: Application,
  arrival: Arrival,
  ids: { readonly transaction: string; readonly dialog: string; readonly fresh?: boolean },
): void {
  const bytes = plainBytes(arrival.request);
  const received_on = ids.fresh === true ? core.transports.of(arrival.flow)?.advertised : undefined;
  const meta = metaOf(core, 'network', bytes.length, arrival.flow, arrival.flow.remote);
  app.send(sipFrame(newId(core), meta, ids.transaction, ids.dialog, received_on), bytes);
}

/** Gives a response to an application; one that we made stands for a network that did not answer. */
export function deliverResponse(
  core: Core,
  app: Application,
  response: SipMessage,
  flow: Flow,
  ids: { readonly transaction: string; readonly dialog: string },
): void {
  const bytes = plainBytes(response);
  const meta = metaOf(core, 'network', bytes.length, flow, flow.remote);
  app.send(sipFrame(newId(core), meta, ids.transaction, ids.dialog), bytes);
}

export function metaOf(
  core: Core,
  source: MessageMeta['source'],
  bytes: number,
  flow: Pick<Flow, 'transport'>,
  endpoint: MessageMeta['endpoint'],
): MessageMeta {
  return { source, bytes, transport: flow.transport, endpoint, at: core.clock.now() };
}

/** As it was received where applications can read it so; compact and folded fields are written out for them. */
export function plainBytes(message: SipMessage): Buffer {
  return message.raw !== undefined && message.plain === true ? message.raw : formatMessage(message);
}
