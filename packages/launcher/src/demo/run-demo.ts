import type { CallRecord } from '@trunkline/contracts/call-record';
import type { Clock } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import type { Remote } from '@trunkline/testkit/sip-peer/remote';
import type { Stack } from '../stack.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { cast } from './cast.ts';
import { fetchRecord } from './fetch-record.ts';
import { judgeCall } from './judge-call.ts';
import { nothingLeft } from './nothing-left.ts';
import { createParty, type Party } from './party.ts';
import { type PlacedCall, placeCall } from './place-call.ts';
import { provision } from './provision.ts';

const talk_ms = 3_000;

export interface DemoCall {
  readonly direction: 'inbound' | 'outbound';
  readonly call: PlacedCall;
  readonly record: CallRecord;
  readonly recordUrl: string;
  readonly faults: readonly string[];
}

export interface DemoParts {
  readonly stack: Stack;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Hears what is going on. */
  readonly onStep: (sentence: string) => void;
  readonly onCall: (call: DemoCall) => void;
}

interface Scene extends DemoParts {
  readonly api: ApiClient;
  readonly carrier: Party;
  readonly agent: Party;
  readonly trunkline: Remote;
  readonly agentPassword: string;
}

async function finish(scene: Scene, direction: DemoCall['direction'], call: PlacedCall): Promise<DemoCall> {
  const recordUrl = `${scene.stack.urls.status}/calls/${call.id}`;
  const record = await fetchRecord(scene.api, scene.clock, recordUrl);
  const done = { direction, call, record, recordUrl, faults: judgeCall(call, record, direction) };
  scene.onCall(done);
  return done;
}

async function callIn(scene: Scene): Promise<DemoCall> {
  const { clock, carrier, agent, trunkline } = scene;
  scene.onStep(`Calling in: ${cast.outsider} dials ${cast.did}, the carrier sends the call to Trunkline.`);
  const to = `sip:${cast.did}@${trunkline.address}:${trunkline.port}`;
  const dial = { to, from: carrier.sip.uri(cast.outsider), next_hop: trunkline };
  return finish(
    scene,
    'inbound',
    await placeCall({ clock, caller: carrier, callee: agent, dial, talk_ms, hangs_up: 'caller' }),
  );
}

async function callOut(scene: Scene): Promise<DemoCall> {
  const { clock, carrier, agent, trunkline } = scene;
  scene.onStep(
    `Calling out: the agent dials ${cast.outsider} as ${cast.did}, Trunkline places the call at the carrier.`,
  );
  const host = `${trunkline.address}:${trunkline.port}`;
  const dial = {
    to: `sip:${cast.outsider}@${host}`,
    from: `sip:${cast.did}@${host}`,
    next_hop: trunkline,
    credentials: { username: cast.agent.username, password: scene.agentPassword },
  };
  return finish(
    scene,
    'outbound',
    await placeCall({ clock, caller: agent, callee: carrier, dial, talk_ms, hangs_up: 'callee' }),
  );
}

export interface DemoResult {
  readonly calls: readonly DemoCall[];
  /** Everything that is not as it should be; empty when the demonstration succeeded. */
  readonly faults: readonly string[];
}

/** The whole demonstration on a running stack: provisioning, a call in, a call out, and a look at what is left. */
export async function runDemo(parts: DemoParts): Promise<DemoResult> {
  const { stack, clock, ids } = parts;
  const passwords = { carrier: ids.hex(12), agent: ids.hex(12) };
  const { address, username, realm } = cast.carrier;
  const challenging = { username, realm, password: passwords.carrier, status: 407 } as const;
  const shared = { clock, ids, law: 'PCMU' } as const;
  const carrier = await createParty({
    ...shared,
    address,
    name: 'carrier',
    tone_hz: cast.carrier.tone_hz,
    challenging,
  });
  const agent = await createParty({
    ...shared,
    address: cast.agent.address,
    name: 'agent',
    tone_hz: cast.agent.tone_hz,
  });
  try {
    const api = apiClient(stack.token);
    parts.onStep('Making an agent, a trunk and a number over the API, and mapping the number to the agent.');
    await provision(api, clock, {
      config: stack.urls.config,
      status: stack.urls.status,
      gateway: carrier.sip,
      agentUri: agent.sip.uri('agent'),
      passwords,
    });
    const { host, port } = stack.addresses.sip;
    const trunkline: Remote = { transport: 'udp', address: host, port };
    const scene: Scene = { ...parts, api, carrier, agent, trunkline, agentPassword: passwords.agent };
    const calls = [await callIn(scene), await callOut(scene)];
    const left = await nothingLeft(stack, clock);
    const faults = calls.flatMap(({ direction, faults }) => faults.map((fault) => `${direction} call: ${fault}`));
    return { calls, faults: left === undefined ? faults : [...faults, left] };
  } finally {
    await agent.close();
    await carrier.close();
  }
}
