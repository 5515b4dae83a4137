import { isIPv6 } from 'node:net';
import type { Dialog } from '../dialog/dialog.ts';
import { literalTarget, type NextHop, nextHop } from '../resolve/next-hop.ts';
import { resolveTargets } from '../resolve/resolve-targets.ts';
import { isReliable } from '../transport/endpoint.ts';
import type { TlsWish } from '../transport/tls-wish.ts';
import type { Flow } from '../transport/transport.ts';
import type { Leaving, Target } from '../transport/transport-layer.ts';
import type { Core } from './core.ts';

export type Reached =
  | { readonly ok: true; readonly flow: Flow; readonly others?: readonly Target[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Finds the way to a URI (RFC 3263): at once for a literal address, else when the names are looked up. `from`: see {@link Leaving};
 * `tls`: how the far end's certificate is to be judged.
 */
export function reach(core: Core, uri: string, from?: Leaving, tls?: TlsWish): Reached | Promise<Reached> {
  const result = nextHop(uri);
  if (!result.ok) return result;
  const literal = literalTarget(result.hop);
  if (literal !== undefined) return toTarget(core, { ...literal, tls }, from);
  const can = (transport: Target['transport'], family: 4 | 6): boolean =>
    core.transports.all.some((one) => one.name === transport && isIPv6(one.local.address) === (family === 6));
  const dice = (): number => Number.parseInt(core.ids.hex(4), 16) / 2 ** 32;
  return resolveTargets(result.hop, core.resolver, can, dice).then((targets) =>
    firstOf(core, core.shunned.inOrder(tls === undefined ? targets : targets.map((one) => ({ ...one, tls }))), from),
  );
}

function firstOf(core: Core, targets: readonly Target[], from: Leaving | undefined): Reached {
  let failure: Reached = { ok: false, reason: 'the next hop has no address that can be reached' };
  for (const [index, target] of targets.entries()) {
    const reached = toTarget(core, target, from);
    if (reached.ok) return { ...reached, others: targets.slice(index + 1) };
    failure = reached;
  }
  return failure;
}

export function toTarget(core: Core, target: Target, from?: Leaving): Reached {
  if (core.transports.isOurs(target)) return { ok: false, reason: 'can not send request to myself' };
  const flow = core.transports.flowTo(target, from);
  return flow === undefined ? { ok: false, reason: 'requested protocol/transport not available' } : { ok: true, flow };
}

/**
 * The way to the peer of a dialog: its connection while that is open and leads where the request has to go, its source
 * address when its Contact is behind NAT, else where the URI says.
 */
export function reachInDialog(
  core: Core,
  dialog: Pick<Dialog, 'met' | 'nat' | 'route_set' | 'secure'>,
  to: string,
): Reached | Promise<Reached> {
  const { met, nat, route_set, secure } = dialog;
  const next = secure ? to.replace(/^sip:/i, 'sips:') : to;
  if (nat !== undefined) {
    const flow = met.open ? met : core.transports.of(met)?.flowTo(nat, met.name, met.tls);
    return flow === undefined
      ? { ok: false, reason: 'requested protocol/transport not available' }
      : { ok: true, flow };
  }
  if (route_set.length === 0 && isReliable(met.transport) && met.open) {
    const result = nextHop(next);
    if (result.ok && leadsBack(result.hop, met)) return { ok: true, flow: met };
  }
  return met.name === undefined ? reach(core, next, met.local, met.tls) : reachAgain(core, met, next);
}

/** Whether the connection that the peer was met on is the way to this place. */
const leadsBack = ({ host, transport }: NextHop, met: Flow): boolean =>
  transport === met.transport && (host === met.remote.address || host.toLowerCase() === met.name?.toLowerCase());

/** A carrier that was called by its name gives addresses as Contact and Route: its certificate is for the name all the same. */
function reachAgain(core: Core, { name, tls, local }: Flow, next: string): Reached | Promise<Reached> {
  const result = nextHop(next);
  const literal = result.ok ? literalTarget(result.hop) : undefined;
  return literal?.transport === 'tls'
    ? toTarget(core, { ...literal, name, tls }, local)
    : reach(core, next, local, tls);
}
