import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { reinviteTests } from './signalling-reinvites.ts';
import { aliceSdp, bobSdp, edgeSdp, number, signallingSteps } from './signalling-steps.ts';
import type { SignallingUnderTest } from './signalling-under-test.ts';

/** What the edge relies on in its signalling. */
export function signallingContract(name: string, begin: () => Promise<SignallingUnderTest>): void {
  describe(name, () => {
    let it: SignallingUnderTest;
    beforeAll(async () => {
      it = await begin();
    });
    afterEach(() => it.assertIdle());
    afterAll(() => it.close());

    const steps = signallingSteps(() => it);
    const { noLegB, called, answered, calling, rung, talking } = steps;

    describe('an INVITE from outside', () => {
      test('comes with its source, its numbers, its offer and its extension headers', async () => {
        const extension_headers = { 'X-Ticket': '42' };
        const alice = await it.alice(number, { extension_headers });
        const incoming = await it.nextInvite();
        expect(incoming.invite).toMatchObject({ method: 'INVITE', called: number, to: number, authorization: null });
        expect(incoming.invite.source.transport).toBe('udp');
        expect(incoming.offer).toContain('m=audio');
        expect(incoming.sip_call_id).toBe(alice.sip_call_id);
        expect(incoming.extension_headers).toMatchObject(extension_headers);

        incoming.refuse(404, 'number-unknown');
        await it.eventually('404', () => alice.heard.includes(404));
        expect(alice.heard).toEqual([100, 404]);
      });

      test('is challenged, and comes again with an answer and the same Call-ID', async () => {
        const challenged = await it.alice(number);
        const challenge = 'Digest realm="trunkline", nonce="abc", algorithm=MD5, qop="auth"';
        (await it.nextInvite()).challenge([challenge]);
        await it.eventually('401', () => challenged.heard.includes(401));
        expect(challenged.www_authenticate).toEqual([challenge]);

        const { sip_call_id } = challenged;
        const again = await it.alice(number, { authorization: 'Digest username="x"', sip_call_id });
        const incoming = await it.nextInvite();
        expect(incoming.invite.authorization).toBe('Digest username="x"');
        expect(incoming.sip_call_id).toBe(sip_call_id);
        incoming.refuse(403, 'bad-credentials');
        await it.eventually('403', () => again.heard.includes(403));
      });
    });

    describe('leg A', () => {
      test('passes provisional responses and one refusal; what comes after is dropped', async () => {
        const { alice, leg, reports } = await called();
        leg.provisional(180, 'Ringing', null);
        leg.provisional(183, 'Session Progress', edgeSdp);
        leg.reject(486, 'callee-busy');
        leg.provisional(180, 'Ringing', null);
        leg.reject(500, 'internal-error');
        leg.bye('internal-error');
        await it.eventually('486', () => alice.heard.includes(486));
        await it.quiet();
        expect(alice.heard).toEqual([100, 180, 183, 486]);
        expect(alice.sdp).toBe(edgeSdp);
        expect(reports).toEqual([]);
      });

      test('answers, hears the ACK, and hears the caller hang up', async () => {
        const { alice, reports } = await answered();
        expect(alice.sdp).toBe(edgeSdp);
        await alice.hangsUp();
        await it.eventually('the BYE', () => reports.length === 2);
        expect(reports).toEqual([
          { type: 'a-acked', sdp: null },
          { type: 'a-bye', cause: 'caller-hung-up' },
        ]);
      });

      test('hangs up, and reports nothing of it', async () => {
        const { alice, leg, reports } = await answered();
        leg.bye('callee-hung-up');
        leg.bye('callee-hung-up');
        await it.eventually('the BYE', () => alice.got.includes('BYE'));
        await it.quiet();
        expect(alice.got).toEqual(['BYE']);
        expect(reports).toEqual([{ type: 'a-acked', sdp: null }]);
      });

      test.each([
        { before: 'any response', provisional: false },
        { before: 'the final response', provisional: true },
      ])(
        'a CANCEL before $before: the server answers 487 by itself, and the leg tells once',
        async ({ provisional }) => {
          const { alice, leg, reports } = await called();
          if (provisional) {
            leg.provisional(180, 'Ringing', null);
            await it.eventually('180', () => alice.heard.includes(180));
          }
          await alice.cancels();
          await it.eventually('the CANCEL', () => reports.length > 0);
          await it.eventually('487', () => alice.heard.includes(487));
          leg.provisional(180, 'Ringing', null);
          leg.reject(500, 'internal-error');
          await it.quiet();
          expect(alice.heard).toEqual(provisional ? [100, 180, 487] : [100, 487]);
          expect(reports).toEqual([{ type: 'a-cancelled' }]);
        },
      );

      test('an answer after the CANCEL is not sent, and the leg is lost', async () => {
        const { alice, leg, reports } = await called();
        await alice.cancels();
        await it.eventually('the CANCEL', () => reports.length > 0);
        leg.answer(edgeSdp, noLegB);
        await it.eventually('the loss', () => reports.length === 2);
        expect(reports).toEqual([{ type: 'a-cancelled' }, { type: 'a-lost', cause: 'caller-cancelled', said: null }]);
        await it.eventually('487', () => alice.heard.includes(487));
        expect(alice.heard).toEqual([100, 487]);
      });

      test('a CANCEL after the 200 is not told: the call is up until a BYE', async () => {
        const { alice, leg, reports } = await called();
        leg.answer(edgeSdp, noLegB);
        await it.eventually('the 200', () => alice.heard.includes(200));
        await alice.cancels();
        await it.quiet();
        // RFC 3261 §9.2: it has no effect. drachtio-server hangs up at once.
        if (!alice.got.includes('BYE')) {
          await alice.acks();
          await alice.hangsUp();
        }
        await it.eventually('the end', () => reports.some(({ type }) => type === 'a-bye'));
        expect(alice.heard).toEqual([100, 200]);
        expect(reports.filter(({ type }) => type !== 'a-acked')).toEqual([{ type: 'a-bye', cause: 'caller-hung-up' }]);
      });

      test('no ACK: the server hangs up after 64*T1 and says why', async () => {
        const { alice, leg, reports } = await called();
        leg.answer(edgeSdp, noLegB);
        await it.eventually('the 200', () => alice.heard.includes(200));
        await it.transactionTimePasses();
        await it.eventually('the BYE', () => alice.got.includes('BYE'));
        await it.eventually('the end', () => reports.length > 0);
        expect(reports).toEqual([{ type: 'a-bye', cause: 'ack-missing' }]);
      });

      test('makes the offer in the 200 where the INVITE has none, and hears the answer in the ACK', async () => {
        const { alice, leg, reports } = await called({ sdp: '' });
        leg.answer(edgeSdp, noLegB);
        await it.eventually('the 200', () => alice.heard.includes(200));
        expect(alice.sdp).toBe(edgeSdp);
        await alice.acks(aliceSdp);
        await it.eventually('the ACK', () => reports.length === 1);
        expect(reports).toEqual([{ type: 'a-acked', sdp: aliceSdp }]);
        leg.bye('callee-hung-up');
        await it.eventually('the BYE', () => alice.got.includes('BYE'));
      });
    });

    describe('leg B', () => {
      test('calls, hears ringing and the answer, acknowledges it, and hears the callee hang up', async () => {
        const { reports, told, bob } = await rung();
        expect(bob.sdp).toBe(edgeSdp);
        await bob.rings();
        await it.eventually('180', () => told().length === 1);
        await bob.answers(bobSdp);
        await it.eventually('the answer', () => told().length === 2);
        await it.eventually('the ACK', () => bob.got.includes('ACK'));
        await bob.hangsUp();
        await it.eventually('the BYE', () => told().length === 3);
        expect(told()).toEqual([
          { type: 'b-provisional', status: 180, reason: 'Ringing', sdp: null },
          { type: 'b-answered', sdp: bobSdp },
          { type: 'b-bye', cause: 'callee-hung-up' },
        ]);
        expect(reports[0]).toMatchObject({ type: 'b-sent', sip_call_id: expect.stringMatching(/./) });
        expect(bob.got).toEqual(['INVITE', 'ACK']);
      });

      test('passes early media', async () => {
        const { told, bob } = await rung();
        await bob.sendsEarlyMedia(bobSdp);
        await it.eventually('183', () => told().length === 1);
        expect(told()).toEqual([{ type: 'b-provisional', status: 183, reason: 'Session Progress', sdp: bobSdp }]);
        await bob.refuses(486);
        await it.eventually('486', () => told().length === 2);
      });

      test.each([302, 408, 486, 503, 603])('tells the refusal %i', async (status) => {
        const { told, bob } = await rung();
        await bob.refuses(status);
        await it.eventually('the refusal', () => told().length === 1);
        expect(told()).toMatchObject([{ type: 'b-final', status }]);
      });

      test('hangs up, and reports nothing of it', async () => {
        const { leg, told, bob } = await talking();
        leg.bye('caller-hung-up');
        leg.bye('caller-hung-up');
        await it.eventually('the BYE', () => bob.got.includes('BYE'));
        await it.quiet();
        expect(bob.got).toEqual(['INVITE', 'ACK', 'BYE']);
        expect(told()).toHaveLength(1);
      });

      test('cancels a ringing callee, and tells its 487', async () => {
        const { leg, told, bob } = await rung();
        await bob.rings();
        await it.eventually('180', () => told().length === 1);
        leg.cancel();
        await it.eventually('487', () => told().length === 2);
        expect(told()[1]).toMatchObject({ type: 'b-final', status: 487 });
        expect(bob.got).toEqual(['INVITE', 'CANCEL']);
      });

      test('holds its CANCEL back until the callee said something (RFC 3261 §9.1)', async () => {
        const { leg, told, bob } = await rung();
        leg.cancel();
        await it.quiet();
        expect(bob.got).toEqual(['INVITE']);
        await bob.rings();
        await it.eventually('the CANCEL', () => bob.got.includes('CANCEL'));
        await it.eventually('487', () => told().some(({ type }) => type === 'b-final'));
      });

      test('a 200 that crosses the CANCEL is told, acknowledged, and hung up once', async () => {
        const { leg, told, bob } = await rung();
        bob.cancelIsSlow = true;
        await bob.rings();
        await it.eventually('180', () => told().length === 1);
        leg.cancel();
        await it.eventually('the CANCEL', () => bob.got.includes('CANCEL'));
        await bob.answers(bobSdp);
        await it.eventually('the answer', () => told().some(({ type }) => type === 'b-answered'));
        leg.bye('caller-cancelled');
        await it.eventually('the BYE', () => bob.got.includes('BYE'));
        await it.quiet();
        expect(bob.got).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE']);
        const after = told().filter(({ type }) => type !== 'b-provisional' && type !== 'b-answered');
        // It may tell of the BYE that the server sent by itself.
        expect(after.every(({ type }) => type === 'b-bye')).toBe(true);
      });

      test.each(['rang', 'was silent'])(
        'abandoned after the callee %s: a late 200 is hung up, and nothing is told',
        async (how) => {
          const { leg, told, bob } = await rung();
          bob.cancelIsSlow = true;
          if (how === 'rang') {
            await bob.rings();
            await it.eventually('180', () => told().length === 1);
          }
          const before = told().length;
          leg.abandon();
          await bob.answers(bobSdp);
          await it.eventually('the BYE', () => bob.got.includes('BYE'));
          await it.quiet();
          expect(bob.got.filter((request) => request !== 'CANCEL')).toEqual(['INVITE', 'ACK', 'BYE']);
          expect(told()).toHaveLength(before);
        },
      );

      test('abandoned, and refused later: nothing is told', async () => {
        const { leg, told, bob } = await rung();
        leg.abandon();
        await bob.refuses(486);
        await it.quiet();
        expect(told()).toEqual([]);
      });

      test('a callee that says nothing is a 408 after 64*T1', async () => {
        const { told } = await rung();
        await it.transactionTimePasses();
        await it.eventually('408', () => told().length === 1);
        expect(told()).toMatchObject([{ type: 'b-final', status: 408 }]);
      });

      test('a callee that cannot be reached is a 503', async () => {
        const { told } = await calling({ uri: it.nobodysUri, to: it.nobodysUri });
        await it.eventually('503', () => told().length === 1);
        expect(told()).toMatchObject([{ type: 'b-final', status: 503 }]);
      });

      test('answers a challenge with the credentials, in a second INVITE', async () => {
        const credentials = { username: 'acme', openPassword: () => 'battery staple' };
        const { told, bob } = await rung({ credentials });
        await bob.refuses(401);
        const again = await it.nextRing();
        await again.answers(bobSdp);
        await it.eventually('the answer', () => told().length === 1);
        expect(told()).toEqual([{ type: 'b-answered', sdp: bobSdp }]);
        await again.hangsUp();
        await it.eventually('the BYE', () => told().length === 2);
      });

      test.each([
        { what: 'without credentials', credentials: null },
        {
          what: 'with a password that cannot be opened',
          credentials: { username: 'acme', openPassword: () => undefined },
        },
      ])('a challenge $what is a refusal', async ({ credentials }) => {
        const { told, bob } = await rung({ credentials });
        await bob.refuses(401);
        await it.eventually('401', () => told().length === 1);
        expect(told()).toMatchObject([{ type: 'b-final', status: 401 }]);
      });
    });

    reinviteTests(() => it, steps);
  });
}
