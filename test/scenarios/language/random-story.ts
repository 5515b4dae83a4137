import fc from 'fast-check';
import { numbers } from './configuration.ts';
import { aRequest } from './originating.ts';
import type { PlacedCall } from './placed-call.ts';
import type { ReceivedCall } from './received-call.ts';
import type { RemoteUa } from './remote-ua.ts';
import type { Story } from './stories.ts';

/** One thing that happens; `pick` chooses among the calls that there are. Those to whom it cannot happen do nothing. */
export interface Happening {
  readonly what: What;
  readonly pick: number;
}

type Act = (world: World, pick: number) => Promise<void> | void;

interface World {
  readonly story: Story & { readonly carol?: RemoteUa };
  readonly outbound: boolean;
}

const finals = [302, 401, 404, 408, 480, 486, 488, 500, 503, 603] as const;
const waits_ms = [1, 100, 700, 2_100, 5_000, 8_000, 10_000, 32_000, 120_000] as const;

const acts = {
  invites: ({ story, outbound }) =>
    story.alice
      .invites(outbound ? numbers.callee : numbers.ours, outbound ? { from: numbers.ours } : {})
      .then(() => undefined),
  invitesWithoutOffer: ({ story, outbound }) =>
    story.alice
      .invites(outbound ? numbers.callee : numbers.ours, { sdp: null, ...(outbound ? { from: numbers.ours } : {}) })
      .then(() => undefined),
  originates: ({ story }) => void story.edge.originate(aRequest(story)),
  strangerInvites: ({ story }, pick) =>
    story.alice.invites('+4930999999', { from: pick % 2 === 0 ? null : '+4930555555' }).then(() => undefined),
  cancels: (world, pick) => placed(world, pick)?.cancels({ hangsUpWhenLate: pick % 2 === 0 }),
  acks: (world, pick) => placed(world, pick)?.acks(pick % 5 === 0 ? null : world.story.alicesSdp),
  callerHangsUp: (world, pick) => placed(world, pick)?.hangsUp(),
  callerReinvites: (world, pick) => placed(world, pick)?.reinvites(world.story.alicesSdp),
  callerAsksForOffer: (world, pick) => placed(world, pick)?.asksForOffer(),
  callerAcksReinvite: (world, pick) => placed(world, pick)?.acksReinvite(pick % 3 === 0 ? null : world.story.alicesSdp),
  calleeAsksForOffer: (world, pick) => received(world, pick)?.asksForOffer(),
  calleeAcksReinvite: (world, pick) => received(world, pick)?.acksReinvite(pick % 3 === 0 ? null : world.story.bobsSdp),
  callerAnswersReinvite: (world, pick) => placed(world, pick)?.answersReinvite(world.story.alicesSdp),
  rings: (world, pick) => received(world, pick)?.rings(),
  playsEarlyMedia: (world, pick) => received(world, pick)?.sendsEarlyMedia(world.story.bobsSdp),
  answers: (world, pick) => received(world, pick)?.answers(world.story.bobsSdp),
  answersNonsense: (world, pick) => received(world, pick)?.answers('nonsense'),
  refuses: (world, pick) => received(world, pick)?.refuses(finals[pick % finals.length] ?? 486),
  calleeHangsUp: (world, pick) => received(world, pick)?.hangsUp(),
  calleeReinvites: (world, pick) => received(world, pick)?.reinvites(world.story.bobsSdp),
  calleeAnswersReinvite: (world, pick) => received(world, pick)?.answersReinvite(world.story.bobsSdp),
  calleeRefusesReinvite: (world, pick) => received(world, pick)?.refusesReinvite(491),
  cancelIsSlow: (world, pick) => {
    const ring = received(world, pick);
    if (ring !== undefined) ring.cancelIsSlow = true;
  },
  relayStalls: ({ story }) => story.relay.stalls(),
  relayGoesOn: ({ story }) => story.relay.goesOn(),
  relayRefusesAnswers: ({ story }) => story.relay.refuses('answer'),
  relayDies: ({ story }) => story.relay.dies(),
  relayRecovers: ({ story }) => story.relay.recovers(),
  serverStalls: ({ story }) => story.network.stalls(),
  serverCatchesUp: ({ story }) => story.network.catchesUp(),
  serverIsLost: ({ story }) => story.network.loses(),
  operatorHangsUp: ({ story }) => story.edge.hangUpAll('hung-up-by-operator'),
  timePasses: ({ story }, pick) => story.passes(waits_ms[pick % waits_ms.length] ?? 1),
} satisfies Record<string, Act>;

type What = keyof typeof acts;

/** What makes a call, more often than what ends it: most stories should get somewhere. */
const weights: Partial<Record<What, number>> = {
  invites: 4,
  invitesWithoutOffer: 2,
  originates: 2,
  rings: 3,
  answers: 5,
  acks: 5,
  timePasses: 3,
};

export const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.record({
    what: fc.oneof(
      ...(Object.keys(acts) as What[]).map((what) => ({ weight: weights[what] ?? 1, arbitrary: fc.constant(what) })),
    ),
    pick: fc.nat({ max: 99 }),
  }),
  { minLength: 1, maxLength: 40 },
);

export async function happen(world: World, { what, pick }: Happening): Promise<void> {
  await acts[what](world, pick);
  await world.story.clock.settle();
}

/** Longer than any phase may last. */
const ever_ms = 5 * 3_600_000;

/** All obstacles go away, and time does the rest. */
export async function everythingEnds({ story }: World): Promise<void> {
  story.relay.recovers();
  await story.network.catchesUp();
  await story.passes(ever_ms);
}

/** Mostly the newest. */
function placed({ story }: World, pick: number): PlacedCall | undefined {
  return pickFrom(story.alice.placed, pick);
}

function received({ story }: World, pick: number): ReceivedCall | undefined {
  // An agent is received where it places its calls from.
  return pickFrom([...story.alice.received, ...story.bob.received, ...(story.carol?.received ?? [])], pick);
}

function pickFrom<T>(calls: readonly T[], pick: number): T | undefined {
  return calls[calls.length - 1 - (pick < 70 ? 0 : pick % Math.max(1, calls.length))];
}
