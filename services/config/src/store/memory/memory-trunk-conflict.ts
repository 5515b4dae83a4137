import type { AgentId } from '@trunkline/contracts/ids';
import type { Trunk } from '@trunkline/contracts/trunk';
import { parseCidr } from '@trunkline/policy/address';
import { claimedNumber, extensionsOf, identitiesOf, inboundIdentity, numberClaim } from '../claims.ts';
import type { Conflict, Holder } from '../faults.ts';
import { judgeDraft } from '../judge-draft.ts';
import type { MemoryState } from './memory-state.ts';

/** The same rules as the tables' constraints keep, in the same order of precedence. */
export function trunkConflict(state: MemoryState, trunk: Trunk): Conflict | undefined {
  const others = [...state.trunks.values()].map((other) => other.trunk).filter((other) => other.id !== trunk.id);
  return (
    judgeDraft(trunk) ??
    nameConflict(trunk, others) ??
    identityConflict(state, trunk, others) ??
    numberConflict(state, trunk, others) ??
    overlapConflict(trunk, others)
  );
}

function holderOf(trunk: Trunk, other: Trunk | undefined): Holder {
  return other?.account === trunk.account ? { trunk: other.id, name: other.name } : null;
}

function nameConflict(trunk: Trunk, others: readonly Trunk[]): Conflict | undefined {
  const taken = others.some((other) => other.account === trunk.account && other.name === trunk.name);
  return taken ? { kind: 'name-taken' } : undefined;
}

function identityConflict(state: MemoryState, trunk: Trunk, others: readonly Trunk[]): Conflict | undefined {
  const agents = [...state.agents.values()].flatMap(({ agent }) => (agent.auth === null ? [] : [agent.auth.username]));
  const ofAgents = new Set(agents.map((username) => inboundIdentity(username).key));
  for (const { key, username, place } of identitiesOf(trunk)) {
    const other = others.find((each) => identitiesOf(each).some((one) => one.key === key));
    if (other === undefined && !ofAgents.has(key)) continue;
    return { kind: 'identity-taken', username, place, holder: holderOf(trunk, other) };
  }
  return undefined;
}

function numberConflict(state: MemoryState, trunk: Trunk, others: readonly Trunk[]): Conflict | undefined {
  const taken = new Map(others.filter(({ is_active }) => is_active).flatMap(claimsOf));
  const claims = claimsOf(trunk);
  for (const [index, { agent }] of trunk.numbers.entries()) {
    const [claim = ''] = claims[index] ?? [];
    const other = trunk.is_active ? taken.get(claim) : undefined;
    if (other !== undefined) {
      return { kind: 'number-taken', number: claimedNumber(claim), holder: holderOf(trunk, other) };
    }
    if (!agentExists(state, trunk.account, agent)) return { kind: 'agent-unknown' };
  }
  return undefined;
}

function claimsOf(trunk: Trunk): [string, Trunk][] {
  return trunk.numbers.map(({ number }) => [numberClaim(trunk.account, number, trunk.number_format.country), trunk]);
}

function overlapConflict(trunk: Trunk, others: readonly Trunk[]): Conflict | undefined {
  const own = new Set(extensionsOf(trunk));
  for (const other of others) {
    const number = other.account === trunk.account ? undefined : extensionsOf(other).find((one) => own.has(one));
    const cidr = number && trunk.acl.find((mine) => other.acl.some((theirs) => overlap(mine, theirs)));
    if (number !== undefined && cidr !== undefined) return { kind: 'overlap', number, cidr, holder: null } as Conflict;
  }
  return undefined;
}

/** Two networks overlap when the longer one lies in the shorter. */
function overlap(left: string, right: string): boolean {
  const lengths = [left, right].map((cidr) => Number(cidr.slice(cidr.indexOf('/') + 1)));
  const [one, other] = [left, right].map((cidr) => parseCidr(shortened(cidr, Math.min(...lengths))));
  return one?.kind === 'ok' && other?.kind === 'ok' && one.network.cidr === other.network.cidr;
}

function shortened(cidr: string, length: number): string {
  return `${cidr.slice(0, cidr.indexOf('/'))}/${length}`;
}

function agentExists(state: MemoryState, account: string, agent: AgentId | null): boolean {
  return agent === null || state.agents.get(agent)?.agent.account === account;
}
