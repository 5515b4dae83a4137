import type { Access } from '@trunkline/contracts/access';
import type { Agent } from '@trunkline/contracts/agent';
import { agentKey, trunkKey } from '@trunkline/contracts/nats-map';
import type { Trunk } from '@trunkline/contracts/trunk';
import type { Document } from './store.ts';

/** How each thing stands in its KV bucket. The same thing always gives the same text, so that texts can be compared. */
export function trunkDocument(trunk: Trunk): Document {
  return { bucket: 'trunks', key: trunkKey(trunk.account, trunk.id), value: JSON.stringify(trunk) };
}

export function agentDocument(agent: Agent): Document {
  return { bucket: 'agents', key: agentKey(agent.account, agent.id), value: JSON.stringify(agent) };
}

export function tokenDocument(hash: string, access: Access): Document {
  return { bucket: 'tokens', key: hash, value: JSON.stringify(access) };
}
