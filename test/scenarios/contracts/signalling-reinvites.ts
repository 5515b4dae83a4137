import { describe, expect, test } from 'vitest';
import { aliceSdp, bobSdp, edgeSdp, type SignallingSteps } from './signalling-steps.ts';
import type { SignallingUnderTest } from './signalling-under-test.ts';

/** Changes of a session that is there, with an offer and without one. */
export function reinviteTests(under: () => SignallingUnderTest, { answered, talking }: SignallingSteps): void {
  describe('a re-INVITE with the caller', () => {
    test('a re-INVITE of the caller is accepted', async () => {
      const { alice, leg, reports } = await answered();
      await alice.reinvites(aliceSdp);
      await under().eventually('the re-INVITE', () => reports.length === 2);
      const report = reports[1];
      if (report?.type !== 'a-reinvited' || report.offer.sdp === null) {
        throw new Error(`${report?.type} instead of a re-INVITE with an offer`);
      }
      expect(report.offer.sdp).toBe(aliceSdp);
      report.offer.accept(bobSdp);
      await under().eventually('the 200', () => alice.reinviteHeard.length === 1);
      expect([alice.reinviteHeard, alice.sdp]).toEqual([[200], bobSdp]);
      leg.bye('callee-hung-up');
      await under().eventually('the BYE', () => alice.got.includes('BYE'));
    });

    test.each([488, 491])('a re-INVITE of the caller is refused with %i, and the call goes on', async (status) => {
      const { alice, reports } = await answered();
      await alice.reinvites(aliceSdp);
      await under().eventually('the re-INVITE', () => reports.length === 2);
      const report = reports[1];
      if (report?.type === 'a-reinvited') report.offer.refuse(status);
      await under().eventually('the refusal', () => alice.reinviteHeard.length === 1);
      expect(alice.reinviteHeard).toEqual([status]);
      await alice.hangsUp();
      await under().eventually('the BYE', () => reports.some(({ type }) => type === 'a-bye'));
    });

    test.each([
      { answers: 'an answer', sdp: aliceSdp },
      { answers: 'nothing', sdp: null },
    ])('makes the offer for a re-INVITE without one, whose ACK has $answers', async ({ sdp }) => {
      const { alice, leg, reports } = await answered();
      await alice.asksForOffer();
      await under().eventually('the re-INVITE', () => reports.length === 2);
      const report = reports[1];
      if (report?.type !== 'a-reinvited' || report.offer.sdp !== null) throw new Error(`${report?.type} with an offer`);
      const said = report.offer.offer(bobSdp);
      await under().eventually('the 200', () => alice.reinviteHeard.length === 1);
      expect([alice.reinviteHeard, alice.sdp]).toEqual([[200], bobSdp]);
      await alice.acksReinvite(sdp);
      expect(await said).toBe(sdp);
      leg.bye('callee-hung-up');
      await under().eventually('the BYE', () => alice.got.includes('BYE'));
    });

    test('asks the caller to change the session', async () => {
      const { alice, leg, reports } = await answered();
      const modified = leg.modify(bobSdp);
      await under().eventually('the re-INVITE', () => alice.got.includes('re-INVITE'));
      expect(alice.sdp).toBe(bobSdp);
      await alice.answersReinvite(aliceSdp);
      expect(await modified).toEqual({ ok: true, sdp: aliceSdp });
      await alice.hangsUp();
      await under().eventually('the BYE', () => reports.some(({ type }) => type === 'a-bye'));
    });
  });

  describe('a re-INVITE with the callee', () => {
    test('a re-INVITE of the callee is accepted', async () => {
      const { leg, told, bob } = await talking();
      await bob.reinvites(bobSdp);
      await under().eventually('the re-INVITE', () => told().length === 2);
      const report = told()[1];
      if (report?.type !== 'b-reinvited' || report.offer.sdp === null) {
        throw new Error(`${report?.type} instead of a re-INVITE with an offer`);
      }
      report.offer.accept(aliceSdp);
      await under().eventually('the 200', () => bob.reinviteHeard.length === 1);
      expect([bob.reinviteHeard, bob.sdp]).toEqual([[200], aliceSdp]);
      leg.bye('caller-hung-up');
      await under().eventually('the BYE', () => bob.got.includes('BYE'));
    });

    test.each([
      { says: 491, told: 491 },
      { says: 415, told: 488 },
    ])('asks the callee to change the session, which refuses with $says', async ({ says, told: status }) => {
      const { leg, bob } = await talking();
      const modified = leg.modify(aliceSdp);
      await under().eventually('the re-INVITE', () => bob.got.includes('re-INVITE'));
      await bob.refusesReinvite(says);
      expect(await modified).toEqual({ ok: false, status });
      leg.bye('caller-hung-up');
      await under().eventually('the BYE', () => bob.got.includes('BYE'));
    });

    test.each([
      { with: 'an answer of ours', sdp: aliceSdp },
      { with: 'what it was told before', sdp: null },
    ])('asks the callee for an offer, and acknowledges it with $with', async ({ sdp }) => {
      const { leg, bob } = await talking();
      const offered = leg.askForOffer();
      await under().eventually('the re-INVITE', () => bob.got.includes('re-INVITE'));
      await bob.answersReinvite(bobSdp);
      const offer = await offered;
      if (!offer.ok) throw new Error(`refused with ${offer.status}`);
      expect(offer.sdp).toBe(bobSdp);
      expect(bob.got).toEqual(['INVITE', 'ACK', 're-INVITE']);
      offer.answer(sdp);
      await under().eventually('the ACK', () => bob.got.at(-1) === 'ACK');
      expect(bob.sdp).toBe(sdp ?? edgeSdp);
      leg.bye('caller-hung-up');
      await under().eventually('the BYE', () => bob.got.includes('BYE'));
    });

    test.each([
      { says: 491, told: 491 },
      { says: 415, told: 488 },
    ])('asks the callee for an offer, which refuses with $says', async ({ says, told: status }) => {
      const { leg, bob } = await talking();
      const offered = leg.askForOffer();
      await under().eventually('the re-INVITE', () => bob.got.includes('re-INVITE'));
      await bob.refusesReinvite(says);
      expect(await offered).toEqual({ ok: false, status });
      leg.bye('caller-hung-up');
      await under().eventually('the BYE', () => bob.got.includes('BYE'));
    });

    test('after a refused re-INVITE the next one is heard', async () => {
      const { leg, bob } = await talking();
      const refused = leg.modify(aliceSdp);
      await under().eventually('the re-INVITE', () => bob.got.includes('re-INVITE'));
      await bob.refusesReinvite(488);
      expect(await refused).toEqual({ ok: false, status: 488 });
      const accepted = leg.modify(aliceSdp);
      await under().eventually('the second', () => bob.got.filter((one) => one === 're-INVITE').length === 2);
      await bob.answersReinvite(bobSdp);
      expect(await accepted).toEqual({ ok: true, sdp: bobSdp });
      leg.bye('caller-hung-up');
      await under().eventually('the BYE', () => bob.got.includes('BYE'));
    });
  });
}
