import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { callsStream, trunksStream } from '@trunkline/contracts/nats-map';
import type { Sealed } from '@trunkline/contracts/sealed';
import { admit } from '@trunkline/policy/admit';
import { admitOriginated } from '@trunkline/policy/admit-originated';
import { createNonces } from '@trunkline/policy/nonces';
import { createPolicyIndex } from '@trunkline/policy/policy-index';
import { contactUserOf } from '@trunkline/policy/registration-of';
import { takeOnce } from '@trunkline/policy/take-once';
import { systemClock } from '@trunkline/runtime/clock';
import { formatHostPort } from '@trunkline/runtime/env-fields';
import { createHealth, serveHealth } from '@trunkline/runtime/health';
import { randomIds } from '@trunkline/runtime/ids';
import type { Parts } from '@trunkline/runtime/lifecycle';
import { runService } from '@trunkline/runtime/lifecycle';
import { createLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { createOutbox, type Outbox } from '@trunkline/runtime/outbox';
import { readEnvOrExit } from '@trunkline/runtime/read-env-or-exit';
import { createSealer, type Sealer, sealContext } from '@trunkline/runtime/seal';
import { SharedUsage } from './admission/shared-usage.ts';
import { SourceConduct } from './admission/source-conduct.ts';
import { defaultDeadlines_ms } from './call/deadlines.ts';
import { connectSrf, type Signalling } from './drachtio/connect-srf.ts';
import { createEdge, type Edge } from './edge.ts';
import { createEdgeMetrics } from './edge-metrics.ts';
import { type Env, envSchema } from './env.ts';
import { Heartbeat } from './heartbeat.ts';
import { answerHangup, answerOriginate } from './originate/answer-requests.ts';
import { followPolicy } from './policy-feed.ts';
import { KeepAlives } from './registrar/keep-alives.ts';
import { Registrar } from './registrar/registrar.ts';
import { createMediaPool } from './rtpengine/media-pool.ts';
import { createNgControl } from './rtpengine/ng-control.ts';
import { keeperMetrics } from './trunks/keeper-metrics.ts';
import { TrunkKeeper } from './trunks/trunk-keeper.ts';
import { watchOutcomes } from './trunks/watch-outcomes.ts';

const env = readEnvOrExit('edge', envSchema);
const logger = createLogger({ name: 'edge', level: env.TRUNKLINE_LOG_LEVEL });

void runService({ name: 'edge', logger, start: (parts) => start(env, parts) });

async function start(env: Env, parts: Parts): Promise<void> {
  const clock = systemClock;
  const started_at = clock.now();
  const metrics = createMetrics({ service: 'edge', process: true });
  const bus = await connectBus({ url: env.TRUNKLINE_NATS_URL, name: 'edge', logger, wait: true });
  parts.onStop('bus', () => bus.close());
  await bus.ensureStream(callsStream);
  await bus.ensureStream(trunksStream);
  const outbox = createOutbox({
    bus,
    clock,
    logger,
    metrics,
    directory: join(env.TRUNKLINE_STATE_DIR, 'outbox'),
    max_items: maxOutboxItems,
    max_bytes: maxOutboxBytes,
  });
  parts.onStop('outbox', () => drainOutbox(outbox));

  const sealer = createSealer([env.TRUNKLINE_MASTER_KEY, ...env.TRUNKLINE_OTHER_MASTER_KEYS]);
  let keeper: TrunkKeeper | null = null;
  const contactUser = (key: string): string => contactUserFor(env.TRUNKLINE_MASTER_KEY, key);
  const policy = createPolicyIndex({
    openSecret: (sealed, key) => openSealed(sealer, sealed, key),
    contactUser,
    algorithms: env.TRUNKLINE_DIGEST_ALGORITHMS,
    seed: Number.parseInt(randomIds.hex(4), 16),
  });
  let heartbeat: Heartbeat | null = null;
  const onPolicyChange = (): void => {
    keeper?.wake();
    heartbeat?.soon();
  };
  const feed = await followPolicy({ bus, index: policy, logger, onChange: () => onPolicyChange() });
  parts.onStop('policy feed', () => feed.stop());

  const relay = createMediaPool({
    nodes: env.TRUNKLINE_RTPENGINE.map((node) => ({
      name: formatHostPort(node),
      weight: node.weight,
      control: createNgControl(node, clock),
    })),
    clock,
    logger,
    silent_ms: env.TRUNKLINE_MEDIA_SILENT_MS,
  });
  relay.start();
  parts.onStop('media relay', () => relay.stop());
  // Every edge takes the others' nonces: the answer to a challenge may come to another one.
  const nonces = takeOnce(createNonces(createHmac('sha256', env.TRUNKLINE_MASTER_KEY).update('nonces').digest()));
  const conduct = new SourceConduct({
    isKnown: (address) => policy.trunksBySource(address).length + policy.agentsBySource(address).length > 0,
    failures: env.TRUNKLINE_BAN_AFTER,
    ban_s: env.TRUNKLINE_BAN_S,
    onBan: (address, failures) =>
      logger.warn('A source is to be banned', { address, failures, ban_s: env.TRUNKLINE_BAN_S }),
  });
  const registrar = new Registrar({
    bus,
    clock,
    logger,
    policy,
    policyReady: () => feed.ready,
    nonces,
    per_source_s: env.TRUNKLINE_REGISTRAR_RATE,
    conduct,
  });
  await registrar.start();
  parts.onStop('registrar', () => registrar.stop());
  const edgeMetrics = createEdgeMetrics(metrics, {
    calls: () => edge.calls.size,
    challenges: () => edge.challenges.size,
    mediaNodes: () => relay.nodes,
  });
  const shared: SharedUsage = new SharedUsage({
    ...{ bus, clock, logger, edge: env.TRUNKLINE_EDGE_ID },
    read: (now) => edge.usage(now),
  });
  const edge: Edge = createEdge({
    conduct,
    others: shared,
    clock,
    ids: randomIds,
    logger,
    metrics: edgeMetrics,
    policy,
    policyReady: () => feed.ready,
    caller: watchOutcomes({ invite: (spec, report) => signalling.invite(spec, report) }, (place, observation) =>
      keeper?.heard(place, observation),
    ),
    relay,
    publish: (event, terminal) => outbox.add(event, terminal),
    admit: (invite, now) => admit(invite, policy, now, nonces, chance),
    admitOriginated: (wanted, now) => admitOriginated(wanted, policy, now, chance),
    onBegin: (call) => answerHangup(bus, call, edge),
    settings: {
      edge: env.TRUNKLINE_EDGE_ID,
      max_calls: env.TRUNKLINE_MAX_CALLS,
      account_limits: {
        channels: env.TRUNKLINE_ACCOUNT_CHANNELS,
        calls_per_second: env.TRUNKLINE_ACCOUNT_CALLS_PER_SECOND,
      },
      challenge_ms: env.TRUNKLINE_CHALLENGE_MS,
      deadlines_ms: { ...defaultDeadlines_ms, early: env.TRUNKLINE_RING_MS, calling: env.TRUNKLINE_TRY_MS },
    },
  });
  await shared.start();
  parts.onStop('usage', () => shared.stop());
  const signalling: Signalling = connectSrf(
    { ...env.TRUNKLINE_SIP_SERVER, secret: env.TRUNKLINE_SIP_SECRET, tag: processTag(env.TRUNKLINE_EDGE_ID) },
    {
      onInvite: edge.onInvite,
      isKnownSource: edge.isKnownSource,
      onLost: edge.onSignallingLost,
      onConnected: () => keeper?.signallingBack(),
      onRegister: (incoming) => registrar.receive(incoming),
    },
    logger,
    randomIds,
  );
  parts.onStop('signalling', () => signalling.disconnect());
  keeper = new TrunkKeeper({
    ...{ bus, clock, ids: randomIds, chance, logger, policy, contactUser },
    policyReady: () => feed.ready,
    requester: signalling,
    connected: () => signalling.connected,
    publish: (event) => outbox.add(event),
    isDraining: () => edge.draining,
    onImpossible: (phase, event) => edgeMetrics.impossible(`registration ${phase}`, event),
    settings: {
      edge: env.TRUNKLINE_EDGE_ID,
      expires_s: env.TRUNKLINE_REGISTER_EXPIRES_S,
      registers_per_second: env.TRUNKLINE_REGISTER_RATE,
      probes_per_second: env.TRUNKLINE_QUALIFY_RATE,
    },
  });
  keeperMetrics(metrics, keeper);
  await keeper.start();
  parts.onStop('trunks', () => keeper?.stop());
  const keepAlives = new KeepAlives({
    ...{ clock, chance, hex: (bytes) => randomIds.hex(bytes), requester: signalling },
    bindings: () => registrar.bindings(),
    isOurs: (key) => keeper?.isOwner(key) ?? false,
  });
  keepAlives.start();
  parts.onStop('keep-alives', () => keepAlives.stop());
  parts.onStop('calls', () => endCalls(edge));
  const originating = await answerOriginate(bus, edge);
  parts.onStop('requests to call', () => originating.stop());

  const beats = new Heartbeat({
    bus,
    clock,
    logger,
    read: () => ({
      edge: env.TRUNKLINE_EDGE_ID,
      at: clock.now(),
      started_at,
      applied: feed.applied,
      calls: edge.calls.size,
      draining: edge.draining,
    }),
  });
  heartbeat = beats;
  beats.start();
  parts.onStop('heartbeat', () => beats.stop());

  const checks = [
    { name: 'sip server', reason: () => (signalling.connected ? undefined : 'not connected to the SIP server') },
    { name: 'trunks', reason: () => (feed.ready ? undefined : 'the trunks are not loaded yet') },
    { name: 'rtpengine', reason: () => relay.fault },
  ];
  const health = await serveHealth(env.TRUNKLINE_EDGE_HEALTH, createHealth({ checks, metrics, clock }));
  parts.onStop('health', () => health.close());
}

/** Evenly from 0 up to 1: shares calls among gateways of one priority. */
const chance = (): number => Number.parseInt(randomIds.hex(4), 16) / 2 ** 32;

/**
 * The edge's name and a word of chance, 32 letters at most: a process that comes after this one is another application to the
 * SIP server, for it knows nothing of these calls.
 */
const processTag = (edge: string): string => `${edge.slice(0, 23)}@${randomIds.hex(4)}`;

/** Hours of calls, should NATS be away. */
const maxOutboxItems = 500_000;
const maxOutboxBytes = 1_024 * 1_024 * 1_024;
const drainOutboxDeadline_ms = 3_000;

/** What is not delivered stays on disk for the next start. */
async function drainOutbox(outbox: Outbox): Promise<void> {
  await outbox.drain(drainOutboxDeadline_ms);
  outbox.close();
}

/** RFC 3261 §10.2.1: our Contact for a trunk; every edge with the same master key knows it, and nobody else can guess it. */
function contactUserFor(key: Uint8Array, trunk: string): string {
  return contactUserOf(createHmac('sha256', key).update(`contact of ${trunk}`).digest('hex'));
}

/** Policy names the owner by its KV key, `<account>.<id>`; the seal's context is made of the same two. */
function openSealed(sealer: Sealer, sealed: Sealed, key: string): string {
  const [account = '', owner = ''] = key.split('.');
  const secret = sealer.open(sealed, sealContext(account, owner));
  if (secret === undefined) throw new Error('a sealed secret cannot be opened');
  return secret;
}

/** How long calls may take to end when the process stops. */
const endCallsDeadline_ms = 3_000;

async function endCalls(edge: Edge): Promise<void> {
  edge.drain();
  edge.challenges.close();
  edge.hangUpAll('shutdown');
  await edge.calls.empty(systemClock, endCallsDeadline_ms);
}
