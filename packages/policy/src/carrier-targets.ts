import type { Binding } from '@trunkline/contracts/bindings';
import type { Instant } from '@trunkline/contracts/time';
import { parseUri } from '@trunkline/sip/uri';
import type { Target } from './admission.ts';
import { type Chance, orderGateways } from './order-gateways.ts';
import type { Policy, PolicyTrunk } from './policy.ts';
import { routedBy } from './route-set.ts';
import { escapeUser, gatewayUri, hostPort } from './target-uri.ts';
import { wayTo } from './way-to.ts';

/**
 * Where an outbound call of a trunk may go, in the order in which to try: to where the carrier has registered with us, then to
 * the gateways; to a gateway that we are registered with by the route that it asked for (RFC 3608 §6).
 */
export function carrierTargets(
  trunk: PolicyTrunk,
  called_user: string,
  policy: Policy,
  chance: Chance,
  now: Instant,
): readonly Target[] {
  const bindings = trunk.registration === 'they-register' ? policy.bindingsOf(trunk, now) : [];
  const service = policy.serviceRouteOf(trunk);
  const gateways = orderGateways(trunk.gateways, chance, policy.isReachable).map((gateway): Target => {
    const name = hostPort(gateway);
    const routing = service?.registrar === name ? routedBy(service.routes) : {};
    return { gateway, name, uri: gatewayUri(called_user, gateway, trunk.transport), ...routing };
  });
  return [...bindings.map((binding) => registeredTarget(binding, called_user)), ...gateways];
}

/** The Contact's place with the called number for a user: a carrier or PBX registers once for all of its numbers. */
function registeredTarget(binding: Binding, called_user: string): Target {
  const { contact } = binding;
  const uri = contact.replace(/^(sips?:)(?:[^@;?]*@)?/i, `$1${escapeUser(called_user).replaceAll('$', '$$$$')}@`);
  const parsed = parseUri(contact);
  const name = parsed.ok ? hostPort({ host: parsed.value.host, port: parsed.value.port ?? 5_060 }) : contact;
  return { gateway: null, name, uri, ...wayTo(binding) };
}
