import { Routes } from '../control/routes.ts';
import { DialogStore } from '../dialog/dialog-store.ts';
import { type Gate, OPEN_GATE } from '../overload/gate.ts';
import { Shunned } from '../resolve/shunned.ts';
import { NOBODY_WATCHES, type Watch } from '../trace/watch.ts';
import { TransactionLayer } from '../transaction/transaction-layer.ts';
import { type Core, deadlinesFor } from './core.ts';

/** A user agent without calls, over transports that need not be started yet. */
export function createCore(
  parts: Pick<Core, 'clock' | 'ids' | 'logger' | 'timers' | 'transports' | 'resolver' | 'events'> & {
    /** So that calls that we proxy can go on after a restart; of chance when absent. */
    readonly route_key?: string;
    /** Open when absent. */
    readonly gate?: Gate;
    readonly watch?: Watch;
  },
): Core {
  return {
    ...parts,
    deadlines: deadlinesFor(parts.timers),
    transactions: new TransactionLayer(parts),
    shunned: new Shunned(parts.clock),
    routes: new Routes(),
    dialogs: new DialogStore(),
    inbound: new Map(),
    outbound: new Map(),
    subscribing: new Map(),
    applications: new Set(),
    proxies: new Set(),
    gate: parts.gate ?? OPEN_GATE,
    watch: parts.watch ?? NOBODY_WATCHES,
    route_key: parts.route_key ?? parts.ids.hex(16),
  };
}
