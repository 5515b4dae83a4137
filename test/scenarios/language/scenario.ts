import type { Agent } from '@trunkline/contracts/agent';
import type { CallRecord } from '@trunkline/contracts/call-record';
import { edgeIdSchema } from '@trunkline/contracts/ids';
import { agentKey, trunkKey } from '@trunkline/contracts/nats-map';
import type { Trunk } from '@trunkline/contracts/trunk';
import { type Deadlines, defaultDeadlines_ms } from '@trunkline/edge/call/deadlines';
import { createEdge, type Edge } from '@trunkline/edge/edge';
import { admit } from '@trunkline/policy/admit';
import { admitOriginated } from '@trunkline/policy/admit-originated';
import { type Limits, unlimited } from '@trunkline/policy/limits';
import { createNonces } from '@trunkline/policy/nonces';
import { createPolicyIndex, type PolicyIndex } from '@trunkline/policy/policy-index';
import { takeOnce } from '@trunkline/policy/take-once';
import type { LogFields } from '@trunkline/runtime/logger';
import { silentLogger } from '@trunkline/runtime/logger';
import { countingIds } from '@trunkline/testkit/counting-ids';
import { createFakeClock, type FakeClock } from '@trunkline/testkit/fake-clock';
import { openSecret } from './configuration.ts';
import { CountedClock } from './counted-clock.ts';
import { EventLog } from './event-log.ts';
import { FakeMediaRelay } from './fake-media-relay.ts';
import { SipNetwork } from './sip-network.ts';

export interface ScenarioOptions {
  readonly trunks?: readonly Trunk[];
  readonly agents?: readonly Agent[];
  readonly deadlines_ms?: Partial<Deadlines>;
  readonly max_calls?: number;
  readonly account_limits?: Limits;
}

/** The edge as it runs in production, in a world that a story moves. */
export interface Scenario {
  readonly clock: FakeClock;
  /** The edge's own view of the clock. */
  readonly edgeClock: CountedClock;
  readonly network: SipNetwork;
  readonly relay: FakeMediaRelay;
  readonly policy: PolicyIndex;
  readonly edge: Edge;
  readonly log: EventLog;
  /** Phase and event of what the call table calls impossible. */
  readonly impossible: readonly string[];
  /** Error lines of the log. */
  readonly errors: readonly string[];
  /** The one record that there is. */
  readonly record: CallRecord;
  isPolicyReady: boolean;
  put(configured: Trunk | Agent): void;
  remove(configured: Trunk | Agent): void;
  /** Moves the clock. */
  passes(delay_ms: number): Promise<void>;
}

export function createScenario(options: ScenarioOptions = {}): Scenario {
  const clock = createFakeClock();
  const edgeClock = new CountedClock(clock);
  const network = new SipNetwork(clock, () => clock.settle());
  const relay = new FakeMediaRelay(clock);
  const policy = createPolicyIndex({ openSecret });
  const nonces = takeOnce(createNonces(new Uint8Array(32).fill(1)));
  const log = new EventLog();
  const impossible: string[] = [];
  const errors: string[] = [];
  let revision = 0;
  const put = (configured: Trunk | Agent): void => {
    revision += 1;
    if ('gateways' in configured) policy.putTrunk(configured, revision);
    else policy.putAgent(configured, revision);
  };
  const edge = createEdge({
    clock: edgeClock,
    ids: countingIds(),
    logger: { ...silentLogger, error: (sentence: string, fields?: LogFields) => errors.push(line(sentence, fields)) },
    metrics: { ended: () => {}, impossible: (phase, event) => impossible.push(`${phase} × ${event}`) },
    policy,
    policyReady: () => scenario.isPolicyReady,
    caller: network,
    relay,
    publish: (event, terminal) => log.add(event, terminal),
    admit: (invite, now) => admit(invite, policy, now, nonces, () => 0),
    admitOriginated: (wanted, now) => admitOriginated(wanted, policy, now, () => 0),
    onBegin: () => () => {},
    settings: {
      edge: edgeIdSchema.parse('edge-1'),
      max_calls: options.max_calls ?? 100,
      account_limits: options.account_limits ?? unlimited,
      challenge_ms: 5_000,
      deadlines_ms: { ...defaultDeadlines_ms, ...options.deadlines_ms },
    },
  });
  network.connect(edge);
  for (const agent of options.agents ?? []) put(agent);
  for (const trunk of options.trunks ?? []) put(trunk);
  const scenario: Scenario = {
    isPolicyReady: true,
    clock,
    edgeClock,
    network,
    relay,
    policy,
    edge,
    log,
    impossible,
    errors,
    get record() {
      return onlyRecord(log);
    },
    put,
    remove(configured: Trunk | Agent) {
      if ('gateways' in configured) policy.removeTrunk(trunkKey(configured.account, configured.id));
      else policy.removeAgent(agentKey(configured.account, configured.id));
    },
    passes: (delay_ms: number) => clock.advanceAsync(delay_ms),
  };
  return scenario;
}

function line(sentence: string, fields: LogFields = {}): string {
  return `${sentence} ${JSON.stringify(fields)}`;
}

function onlyRecord({ records }: EventLog): CallRecord {
  const [record, ...more] = records;
  if (record === undefined || more.length > 0) throw new Error(`One record was expected, there are ${records.length}`);
  return record;
}
