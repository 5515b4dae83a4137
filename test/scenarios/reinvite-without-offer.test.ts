import { expect, test } from 'vitest';
import { assertNothingLeft } from './language/nothing-left.ts';
import { g729, sampleSdp } from './language/sample-sdp.ts';
import { connectInbound, inboundStory, type Story } from './language/stories.ts';

const outside = 'c=IN IP4 192.0.2.1';
const inside = 'c=IN IP4 192.0.2.2';
const phaseOf = ({ edge }: Story) => edge.calls.all()[0]?.state.phase;

async function connected() {
  const story = inboundStory();
  return { story, ...(await connectInbound(story)) };
}

test('the other side is asked what it offers, and hears the answer in our ACK', async () => {
  const { story, call, ring } = await connected();
  await call.asksForOffer();
  expect(ring.got.at(-1)).toBe('re-INVITE');
  expect(call.reinviteHeard).toEqual([]);
  await ring.answersReinvite(sampleSdp(story.bob.address, { port: 41_500 }));
  expect(call.reinviteHeard).toEqual([200]);
  expect(call.sdp).toContain(outside);
  expect(ring.got.at(-1)).toBe('re-INVITE');

  await call.acksReinvite(sampleSdp(story.alice.address, { direction: 'sendonly' }));
  expect(ring.got.at(-1)).toBe('ACK');
  expect(ring.sdp).toContain(inside);
  expect(ring.sdp).toContain('a=sendonly');
  expect(phaseOf(story)).toBe('confirmed');
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('the callee may ask as well', async () => {
  const { story, call, ring } = await connected();
  await ring.asksForOffer();
  await call.answersReinvite(story.alicesSdp);
  await ring.acksReinvite(story.bobsSdp);
  expect(call.got).toEqual(['re-INVITE', 'ACK']);
  expect(phaseOf(story)).toBe('confirmed');
  await ring.hangsUp();
  await assertNothingLeft(story);
});

test('an other side that cannot be asked is taken at what it said last', async () => {
  const { story, call, ring } = await connected();
  await call.asksForOffer();
  await ring.refusesReinvite(488);
  expect(call.reinviteHeard).toEqual([200]);
  await call.acksReinvite(story.alicesSdp);
  expect(phaseOf(story)).toBe('confirmed');
  expect(ring.got).toEqual(['INVITE', 'ACK', 're-INVITE']);
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('an other side that is changing the session itself comes first', async () => {
  const { story, call, ring } = await connected();
  await call.asksForOffer();
  await ring.refusesReinvite(491);
  expect(call.reinviteHeard).toEqual([491]);
  expect(phaseOf(story)).toBe('confirmed');
  await call.hangsUp();
  await assertNothingLeft(story);
});

test.each([
  { what: 'nothing', sdp: () => null },
  { what: 'a codec that was not offered', sdp: (a: string) => sampleSdp(a, { formats: [g729] }) },
])('an answer of $what leaves the session as it was', async ({ sdp }) => {
  const { story, call, ring } = await connected();
  await call.asksForOffer();
  await ring.answersReinvite(story.bobsSdp);
  await call.acksReinvite(sdp(story.alice.address));
  expect(ring.got.at(-1)).toBe('ACK');
  expect(ring.sdp).toContain('a=sendrecv');
  expect(phaseOf(story)).toBe('confirmed');
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('what the other side offers cannot be used: it is answered as before, and the asking one refused', async () => {
  const { story, call, ring } = await connected();
  await call.asksForOffer();
  await ring.answersReinvite(sampleSdp(story.bob.address, { formats: [g729] }));
  expect(call.reinviteHeard).toEqual([488]);
  expect(ring.got.at(-1)).toBe('ACK');
  expect(phaseOf(story)).toBe('confirmed');
  await call.hangsUp();
  await assertNothingLeft(story);
});

test.each(['the caller', 'the callee'])('%s hangs up before the ACK', async (who) => {
  const { story, call, ring } = await connected();
  await call.asksForOffer();
  await ring.answersReinvite(story.bobsSdp);
  await (who === 'the caller' ? call : ring).hangsUp();
  await assertNothingLeft(story);
});

test('the ACK never comes: the call is over', async () => {
  const { story, call, ring } = await connected();
  await call.asksForOffer();
  await ring.answersReinvite(story.bobsSdp);
  await story.passes(32_000);
  expect(ring.byeCause).toBe('ack-missing');
  await assertNothingLeft(story);
});

test('another re-INVITE meanwhile is told to wait', async () => {
  const { story, call, ring } = await connected();
  await call.asksForOffer();
  await ring.reinvites(story.bobsSdp);
  expect(ring.reinviteHeard).toEqual([491]);
  await ring.answersReinvite(story.bobsSdp);
  await call.acksReinvite(story.alicesSdp);
  expect(phaseOf(story)).toBe('confirmed');
  await call.hangsUp();
  await assertNothingLeft(story);
});
