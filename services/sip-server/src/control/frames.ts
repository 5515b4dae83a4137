import type { Instant } from '@trunkline/contracts/time';
import type { Endpoint, TransportName } from '../transport/endpoint.ts';
import { messageTime } from './message-time.ts';

/** The six fields that describe a SIP message in the control protocol. */
export interface MessageMeta {
  /** Seen on the wire, or made by an application or by us. */
  readonly source: 'network' | 'application';
  readonly bytes: number;
  readonly transport: TransportName;
  /** The peer; for requests that an application sent, our own address. */
  readonly endpoint: Endpoint;
  readonly at: Instant;
}

const six = ({ source, bytes, transport, endpoint, at }: MessageMeta): string =>
  `${source}|${bytes}|${transport}|${endpoint.address}|${endpoint.port}|${messageTime(at)}`;

/** Meta line of a message for an application. `receivedOn` goes with new requests outside a dialog only. */
export function sipFrame(
  id: string,
  meta: MessageMeta,
  transaction_id: string,
  dialog_id: string,
  receivedOn?: Endpoint,
): string {
  const local = receivedOn === undefined ? '' : `${receivedOn.address}|${receivedOn.port}|`;
  return `${id}|sip|${six(meta)}|${transaction_id}|${dialog_id}|${local}`;
}

/** Answer to an application's request: what was sent follows. */
export const requestSentFrame = (answered: string, id: string, meta: MessageMeta, transaction_id: string): string =>
  `${id}|response|${answered}|OK|${six(meta)}|${transaction_id}|Msg sent:|`;

/** Answer to an application's response: what was sent follows. */
export const responseSentFrame = (
  answered: string,
  id: string,
  meta: MessageMeta,
  transaction_id: string,
  dialog_id: string,
): string => `${id}|response|${answered}|OK|${six(meta)}|${transaction_id}|${dialog_id}||Msg sent:|`;

/** One response of a target to a proxied request; others may follow. */
export const proxyResponseFrame = (answered: string, id: string, meta: MessageMeta, transaction_id: string): string =>
  `${id}|response|${answered}|OK|${six(meta)}|${transaction_id}||continue`;

/** The client of a proxied request has its final response. */
export const proxyDoneFrame = (answered: string, id: string): string => `${id}|response|${answered}|OK|done`;

/** One event of a call's record; the message that it is about follows. */
export function cdrFrame(id: string, event: string, source: string, at: Instant, detail: string | undefined): string {
  const frame = `${id}|cdr:${event}|${source}|${messageTime(at)}`;
  return detail === undefined ? frame : `${frame}|${detail}`;
}

/** The message was understood and could not be carried out. */
export const refusedFrame = (answered: string, id: string, reason: string): string =>
  `${id}|response|${answered}|NOK|${reason.replaceAll('|', ' ')}`;
