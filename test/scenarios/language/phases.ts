import { numbers } from './configuration.ts';
import type { PlacedCall } from './placed-call.ts';
import type { Story } from './stories.ts';

/** How an inbound call comes into each phase that waits for somebody, and stays there. */
export const phaseStories: readonly {
  readonly phase: string;
  readonly reach: (story: Story) => Promise<PlacedCall>;
}[] = [
  {
    phase: 'offering',
    reach: async (story) => {
      story.relay.stalls();
      return story.alice.invites(numbers.ours);
    },
  },
  { phase: 'calling', reach: (story) => story.alice.invites(numbers.ours) },
  {
    phase: 'early',
    reach: async (story) => {
      const call = await story.alice.invites(numbers.ours);
      await story.bob.ring.rings();
      return call;
    },
  },
  {
    phase: 'answering',
    reach: async (story) => {
      const call = await story.alice.invites(numbers.ours);
      await story.bob.ring.rings();
      story.relay.stalls();
      await story.bob.ring.answers(story.bobsSdp);
      return call;
    },
  },
  { phase: 'answered', reach: answered },
  {
    phase: 'agreeing',
    reach: async (story) => {
      const call = await story.alice.invites(numbers.ours, { sdp: null });
      await story.bob.ring.answers(story.bobsSdp);
      story.relay.stalls();
      await call.acks(story.alicesSdp);
      return call;
    },
  },
  {
    phase: 'confirmed',
    reach: async (story) => {
      const call = await answered(story);
      await call.acks();
      return call;
    },
  },
  {
    phase: 'modifying',
    reach: async (story) => {
      const call = await answered(story);
      await call.acks();
      await call.reinvites(story.alicesSdp);
      return call;
    },
  },
  {
    phase: 'cancelling',
    reach: async (story) => {
      const call = await story.alice.invites(numbers.ours);
      await story.bob.ring.rings();
      story.bob.ring.cancelIsSlow = true;
      await call.cancels();
      return call;
    },
  },
  {
    phase: 'bye-pending',
    reach: async (story) => {
      const call = await answered(story);
      await story.bob.ring.hangsUp();
      return call;
    },
  },
  {
    phase: 'releasing',
    reach: async (story) => {
      const call = await answered(story);
      await call.acks();
      story.relay.stalls();
      await call.hangsUp();
      return call;
    },
  },
];

async function answered(story: Story): Promise<PlacedCall> {
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.answers(story.bobsSdp);
  return call;
}
