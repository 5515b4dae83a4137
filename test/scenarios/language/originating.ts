import { callIdSchema } from '@trunkline/contracts/ids';
import { type OriginateReply, type OriginateRequest, originateRequestSchema } from '@trunkline/contracts/originate';
import { newId, numbers } from './configuration.ts';
import type { RemoteUa } from './remote-ua.ts';
import { outboundStory, type Story, type StoryOptions } from './stories.ts';

/** alice is the agent for whom bob, behind the carrier's first gateway, is called. */
export type OriginatingStory = Story & {
  readonly carol: RemoteUa;
  asks(more?: Partial<OriginateRequest>): Promise<OriginateReply>;
};

export function originatingStory(options: StoryOptions = {}): OriginatingStory {
  const story = outboundStory(options);
  const asks = async (more: Partial<OriginateRequest> = {}): Promise<OriginateReply> => {
    const reply = story.edge.originate(aRequest(story, more));
    await story.passes(0);
    return reply;
  };
  return Object.assign(story, { asks });
}

export function aRequest({ agent }: Story, more: Partial<OriginateRequest> = {}): OriginateRequest {
  return originateRequestSchema.parse({
    call: callIdSchema.parse(newId()),
    account: agent.account,
    agent: agent.id,
    from: numbers.ours,
    to: numbers.callee,
    trunk: null,
    ring_timeout_s: 30,
    headers: {},
    ...more,
  });
}

/** Both sides talk. */
export async function connectOriginated(story: OriginatingStory): Promise<void> {
  await story.asks();
  await story.bob.ring.rings();
  await story.bob.ring.answers(story.bobsSdp);
  await story.alice.ring.answers(story.alicesSdp);
}
