import type { Clock } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import type { Logger } from '@trunkline/runtime/logger';
import type { Application } from '../control/application.ts';
import type { Routes } from '../control/routes.ts';
import type { DialogStore } from '../dialog/dialog-store.ts';
import type { Gate } from '../overload/gate.ts';
import type { Resolver } from '../resolve/resolver.ts';
import type { Shunned } from '../resolve/shunned.ts';
import type { Watch } from '../trace/watch.ts';
import type { TimerSettings } from '../transaction/timer-durations.ts';
import type { TransactionLayer } from '../transaction/transaction-layer.ts';
import type { TransportLayer } from '../transport/transport-layer.ts';
import type { Inbound } from './inbound.ts';
import type { OutboundInvite } from './outbound-invite.ts';
import type { OutboundRequest } from './outbound-request.ts';
import type { ProxyContext } from './proxy/proxy-context.ts';

/** What the user agent's functions share: the one owner of calls in this process. */
export interface Core {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly timers: TimerSettings;
  readonly deadlines: Deadlines;
  readonly transports: TransportLayer;
  readonly transactions: TransactionLayer;
  readonly resolver: Resolver;
  /** Addresses of names that lately did not answer. */
  readonly shunned: Shunned;
  readonly routes: Routes;
  readonly dialogs: DialogStore;
  /** Connections that showed the secret. */
  readonly applications: Set<Application>;
  /** Requests that an application has to answer, by transaction id. */
  readonly inbound: Map<string, Inbound>;
  /** Our INVITEs without a final response, by transaction id: those that can be cancelled. */
  readonly outbound: Map<string, OutboundInvite>;
  /** SUBSCRIBEs of ours without a final response, by Call-ID and From tag: their NOTIFY may come before it. */
  readonly subscribing: Map<string, OutboundRequest>;
  /** Requests that are being passed on and have no final response yet, or targets that are not done. */
  readonly proxies: Set<ProxyContext>;
  /** Seals our Record-Route. */
  readonly route_key: string;
  readonly events: CoreEvents;
  /** Whom we take what from, and how much. */
  readonly gate: Gate;
  readonly watch: Watch;
}

/** For metrics. */
export interface CoreEvents {
  received(method_or_status: string, transport: string): void;
  /** A request that the server answered in the application's stead. */
  refused(reason: string): void;
  /** A BYE that the server sent of its own accord. */
  ownBye(cause: string): void;
}

/** How long the server waits for others, in milliseconds. */
export interface Deadlines {
  /** For an application's first response to an INVITE; then 480. */
  readonly first_response: number;
  /** From a provisional response to the final one; then 480. */
  readonly final_response: number;
  /** For an application's response to any other request; then 500. */
  readonly other_response: number;
  /** For an application to send the ACK of a 2xx; then we send it, and BYE. */
  readonly application_ack: number;
  /** For a proxied INVITE, since its last provisional response: timer C of RFC 3261 §16.8. */
  readonly timer_c: number;
  /** For a target to say anything, while its name stands for others too. */
  readonly silent_target: number;
  /** From the loss of an application's connection to the BYE of its calls. */
  readonly orphan: number;
  /** The same, for an application that another connection may take over from. */
  readonly hand_over: number;
}

/** With the default T1: 32 s, 10 min, 30 s, 32 s, 185 s, 4 s, 5 s, 30 s. */
export function deadlinesFor({ t1_ms }: TimerSettings): Deadlines {
  return {
    first_response: 64 * t1_ms,
    final_response: 1_200 * t1_ms,
    // Before the client gives up with timer F, so that the answer is still heard.
    other_response: 60 * t1_ms,
    application_ack: 64 * t1_ms,
    timer_c: 370 * t1_ms,
    silent_target: 8 * t1_ms,
    orphan: 10 * t1_ms,
    hand_over: 60 * t1_ms,
  };
}

/** A tag of 64 random bits, RFC 3261 §19.3. */
export const newTag = (core: Core): string => core.ids.hex(8);

/** An id for a transaction, an application's message or a branch: 96 random bits. */
export const newId = (core: Core): string => core.ids.hex(12);
