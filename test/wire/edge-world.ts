import type { Agent } from '@trunkline/contracts/agent';
import type { CallRecord } from '@trunkline/contracts/call-record';
import { edgeIdSchema } from '@trunkline/contracts/ids';
import { agentKey, trunkKey } from '@trunkline/contracts/nats-map';
import type { Trunk } from '@trunkline/contracts/trunk';
import { defaultDeadlines_ms } from '@trunkline/edge/call/deadlines';
import { connectSrf } from '@trunkline/edge/drachtio/connect-srf';
import { createEdge, type Edge } from '@trunkline/edge/edge';
import { admit } from '@trunkline/policy/admit';
import { admitOriginated } from '@trunkline/policy/admit-originated';
import { createNonces } from '@trunkline/policy/nonces';
import { createPolicyIndex, type PolicyIndex } from '@trunkline/policy/policy-index';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import { silentLogger } from '@trunkline/runtime/logger';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { openSecret } from '../scenarios/language/configuration.ts';
import { EventLog } from '../scenarios/language/event-log.ts';
import { FakeMediaRelay } from '../scenarios/language/fake-media-relay.ts';
import type { Target } from './sip-server-target.ts';

/** The edge on a real SIP server, with the configuration given, a media relay in memory and no NATS. */
export interface EdgeWorld {
  readonly edge: Edge;
  /** Takes the trunks and agents away. */
  forget(): void;
  /** The record of the attempt with that Call-ID, once it is there. */
  record(sip_call_id: string): Promise<CallRecord>;
  close(): void;
}

export async function startEdge(
  target: Target,
  { trunks, agents, algorithms }: Configured & Pick<Parameters<typeof createPolicyIndex>[0], 'algorithms'>,
): Promise<EdgeWorld> {
  const policy = createPolicyIndex({ openSecret, ...(algorithms === undefined ? {} : { algorithms }) });
  for (const agent of agents) policy.putAgent(agent, 1);
  for (const trunk of trunks) policy.putTrunk(trunk, 1);
  const log = new EventLog();
  const edge = edgeOn(policy, log, (spec, report) => signalling.invite(spec, report));
  const signalling = connectSrf(
    { ...target.control, secret: target.secret },
    {
      onInvite: edge.onInvite,
      isKnownSource: edge.isKnownSource,
      onLost: edge.onSignallingLost,
      onConnected: () => {},
      onRegister: () => {},
    },
    silentLogger,
    randomIds,
  );
  await waitUntil(() => signalling.connected, { what: 'the edge to be connected' });
  return {
    edge,
    forget: () => {
      for (const { account, id } of trunks) policy.removeTrunk(trunkKey(account, id));
      for (const { account, id } of agents) policy.removeAgent(agentKey(account, id));
    },
    record: (sip_call_id) =>
      waitUntil(() => log.records.find((record) => record.sip_call_id === sip_call_id), { what: 'the record' }),
    close: () => {
      edge.challenges.close();
      signalling.disconnect();
    },
  };
}

interface Configured {
  readonly trunks: readonly Trunk[];
  readonly agents: readonly Agent[];
}

function edgeOn(
  policy: PolicyIndex,
  log: EventLog,
  invite: Parameters<typeof createEdge>[0]['caller']['invite'],
): Edge {
  const nonces = createNonces(new Uint8Array(32).fill(1));
  return createEdge({
    clock: systemClock,
    ids: randomIds,
    logger: silentLogger,
    metrics: { ended: () => {}, impossible: () => {} },
    policy,
    policyReady: () => true,
    caller: { invite },
    relay: new FakeMediaRelay(systemClock),
    publish: (event, terminal) => log.add(event, terminal),
    admit: (received, now) => admit(received, policy, now, nonces, () => 0),
    admitOriginated: (wanted, now) => admitOriginated(wanted, policy, now, () => 0),
    onBegin: () => () => {},
    settings: {
      edge: edgeIdSchema.parse('edge-1'),
      max_calls: 100,
      challenge_ms: 5_000,
      deadlines_ms: defaultDeadlines_ms,
    },
  });
}
