import type { Access } from '@trunkline/contracts/access';
import type { Agent } from '@trunkline/contracts/agent';
import { agentKey, trunkKey } from '@trunkline/contracts/nats-map';
import { type Trunk, trunkSchema } from '@trunkline/contracts/trunk';
import type { Conflict } from './faults.ts';
import { largestDocument_bytes } from './limits.ts';
import type { Document } from './store.ts';

const trunkFields = Object.keys(trunkSchema.shape);

/** How each thing stands in its KV bucket. The same thing always gives the same text, so that texts can be compared. */
export function trunkDocument(trunk: Trunk): Document {
  return { bucket: 'trunks', key: trunkKey(trunk.account, trunk.id), value: JSON.stringify(inOrder(trunk)) };
}

/** Fields in the order of the contract, in whatever order they were set. */
function inOrder(trunk: Trunk): object {
  const fields = new Map<string, unknown>(Object.entries(trunk));
  return Object.fromEntries(trunkFields.map((name) => [name, fields.get(name)]));
}

export function agentDocument(agent: Agent): Document {
  return { bucket: 'agents', key: agentKey(agent.account, agent.id), value: JSON.stringify(agent) };
}

export function tokenDocument(hash: string, access: Access): Document {
  return { bucket: 'tokens', key: hash, value: JSON.stringify(access) };
}

/** A trunk that no message could carry would stop all publication, so it is refused before it is stored. */
export function tooLarge(trunk: Trunk): Conflict | undefined {
  const bytes = Buffer.byteLength(trunkDocument(trunk).value ?? '');
  return bytes > largestDocument_bytes ? { kind: 'too-large', most_bytes: largestDocument_bytes } : undefined;
}
