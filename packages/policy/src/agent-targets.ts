import { registeredHost } from '@trunkline/contracts/bindings';
import type { Instant } from '@trunkline/contracts/time';
import { parseUri } from '@trunkline/sip/uri';
import type { AgentTarget } from './admission.ts';
import type { Policy, PolicyAgent } from './policy.ts';
import { withUser } from './target-uri.ts';
import { wayTo } from './way-to.ts';

/** Where the agent is; nowhere when it is to be found by its registration and has none. `user` fills a URI that has no user part. */
export function agentTargets(agent: PolicyAgent, user: string, policy: Policy, now: Instant): readonly AgentTarget[] {
  if (!isByRegistration(agent.uri)) return [{ uri: withUser(agent.uri, user) }];
  return policy.bindingsOf(agent, now).map((binding) => ({ uri: binding.contact, ...wayTo(binding) }));
}

/** The port and parameters do not matter. */
function isByRegistration(uri: string): boolean {
  const parsed = parseUri(uri);
  return parsed.ok && parsed.value.host.toLowerCase() === registeredHost;
}
