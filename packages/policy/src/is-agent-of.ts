import type { AccountId } from '@trunkline/contracts/ids';
import { type Caller, type Standing, standingOf } from './caller.ts';
import type { Policy, PolicyAgent } from './policy.ts';

/** Whether any of the callers is an agent of the account. */
export function isAgentOf(account: AccountId, caller: Caller, policy: Policy): boolean {
  if (caller.agents.length === 0 && caller.proven.length === 0) return false;
  for (const agent of policy.agentsOf(account)) if (standingOf(caller, agent) !== undefined) return true;
  return false;
}

/** The callers that are agents of the account. */
export function agentsAmong(
  account: AccountId,
  caller: Caller,
  policy: Policy,
): readonly { readonly agent: PolicyAgent; readonly standing: Standing }[] {
  if (caller.agents.length === 0 && caller.proven.length === 0) return [];
  const found: { agent: PolicyAgent; standing: Standing }[] = [];
  for (const agent of policy.agentsOf(account)) {
    const standing = standingOf(caller, agent);
    if (standing !== undefined) found.push({ agent, standing });
  }
  return found;
}
