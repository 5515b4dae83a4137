import type { Agent } from '@trunkline/contracts/agent';
import type { Trunk } from '@trunkline/contracts/trunk';
import { type AgentOptions, anAgent, aTrunk, numbers, places, type TrunkOptions } from './configuration.ts';
import type { PlacedCall } from './placed-call.ts';
import type { ReceivedCall } from './received-call.ts';
import type { RemoteUa } from './remote-ua.ts';
import { sampleSdp } from './sample-sdp.ts';
import { createScenario, type Scenario, type ScenarioOptions } from './scenario.ts';

/** alice calls, bob is called. */
export interface Story extends Scenario {
  readonly agent: Agent;
  readonly trunk: Trunk;
  readonly alice: RemoteUa;
  readonly bob: RemoteUa;
  /** Answers of bob and of alice, each with its own address. */
  readonly bobsSdp: string;
  readonly alicesSdp: string;
}

export interface StoryOptions extends Omit<ScenarioOptions, 'trunks' | 'agents'> {
  readonly agent?: AgentOptions;
  readonly trunk?: TrunkOptions;
}

/** alice is a carrier's gateway, known by its address; bob is the agent behind the trunk's number. */
export function inboundStory(options: StoryOptions = {}): Story {
  const agent = anAgent(options.agent);
  const trunk = aTrunk({ numbers: [{ agent }], ...options.trunk });
  const scenario = createScenario({ ...options, agents: [agent], trunks: [trunk] });
  const alice = scenario.network.userAgent('alice', places.carrier);
  const bob = scenario.network.userAgent('bob', places.agent);
  return withParties(scenario, { agent, trunk, alice, bob });
}

/** alice is the agent; bob is the trunk's first gateway, carol the second. */
export function outboundStory(options: StoryOptions = {}): Story & { readonly carol: RemoteUa } {
  const agent = anAgent(options.agent);
  const trunk = aTrunk({ numbers: [{ agent }], ...options.trunk });
  const scenario = createScenario({ ...options, agents: [agent], trunks: [trunk] });
  const alice = scenario.network.userAgent('alice', places.agent);
  const bob = scenario.network.userAgent('bob', places.carrier);
  const carol = scenario.network.userAgent('carol', places.secondGateway);
  return Object.assign(withParties(scenario, { agent, trunk, alice, bob }), { carol });
}

function withParties(scenario: Scenario, parties: Pick<Story, 'agent' | 'trunk' | 'alice' | 'bob'>): Story {
  const { alice, bob } = parties;
  return Object.assign(scenario, {
    ...parties,
    bobsSdp: sampleSdp(bob.address, { port: 41_000 }),
    alicesSdp: sampleSdp(alice.address, { port: 42_000 }),
  });
}

export interface Connected {
  readonly call: PlacedCall;
  readonly ring: ReceivedCall;
}

/** An inbound call that is up. */
export async function connectInbound(story: Story): Promise<Connected> {
  const call = await story.alice.invites(numbers.ours);
  const { ring } = story.bob;
  await ring.rings();
  await ring.answers(story.bobsSdp);
  await call.acks();
  return { call, ring };
}
