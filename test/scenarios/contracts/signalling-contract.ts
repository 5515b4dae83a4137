import type { IncomingInvite } from '@trunkline/edge/admission/incoming-invite';
import type { Caller, InviteSpec, LegA, LegAReport, LegB, LegBReport } from '@trunkline/edge/call/legs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sampleSdp } from '../language/sample-sdp.ts';

/** What a user agent far away did and heard. Its actions are done when they return; what they lead to comes later. */
export interface RemoteSide {
  /** Requests that arrived, in order, each once: `INVITE`, `CANCEL`, `ACK` of our side's 200, `BYE`, `re-INVITE`. */
  readonly got: readonly string[];
  readonly reinviteHeard: readonly number[];
  /** The newest session description that arrived. */
  readonly sdp: string;
  hangsUp(): Promise<void>;
  reinvites(sdp: string): Promise<void>;
  /** Re-INVITE without a description. */
  asksForOffer(): Promise<void>;
  /** The ACK to the 200 of that. */
  acksReinvite(sdp: string | null): Promise<void>;
  answersReinvite(sdp: string): Promise<void>;
  refusesReinvite(status: number): Promise<void>;
}

export interface RemoteCallerSide extends RemoteSide {
  readonly sip_call_id: string;
  /** Every response to the INVITE, each once. */
  readonly heard: readonly number[];
  readonly www_authenticate: readonly string[];
  acks(sdp?: string | null): Promise<void>;
  cancels(): Promise<void>;
}

export interface RemoteCalleeSide extends RemoteSide {
  /** Leave a CANCEL without a final response to the INVITE. */
  cancelIsSlow: boolean;
  rings(status?: number): Promise<void>;
  sendsEarlyMedia(sdp: string): Promise<void>;
  answers(sdp: string): Promise<void>;
  refuses(status: number): Promise<void>;
}

export interface CallerMessage {
  /** Empty: no session description. */
  readonly sdp?: string;
  readonly authorization?: string;
  readonly sip_call_id?: string;
  readonly extension_headers?: Readonly<Record<string, string>>;
}

/** A SIP server with an edge's signalling on one side and two user agents on the other. */
export interface SignallingUnderTest {
  readonly caller: Caller;
  /** Request-URIs at which bob is, and at which nobody is. */
  readonly bobsUri: string;
  readonly nobodysUri: string;
  alice(number: string, message?: CallerMessage): Promise<RemoteCallerSide>;
  /** The INVITE that the edge has not taken yet. */
  nextInvite(): Promise<IncomingInvite>;
  /** The INVITE that bob has not taken yet. */
  nextRing(): Promise<RemoteCalleeSide>;
  eventually(what: string, condition: () => boolean): Promise<void>;
  /** Everything on its way has arrived. */
  quiet(): Promise<void>;
  /** 64*T1 passes. */
  transactionTimePasses(): Promise<void>;
  /** No dialog and no unanswered INVITE is left in the server. */
  assertIdle(): Promise<void>;
  close(): Promise<void>;
}

const aliceSdp = sampleSdp('127.0.0.1', { port: 42_000 });
const bobSdp = sampleSdp('127.0.0.1', { port: 41_000 });
const edgeSdp = sampleSdp('127.0.0.1', { port: 30_000 });
const number = '+4930123456';

/** What the edge relies on in its signalling. */
export function signallingContract(name: string, begin: () => Promise<SignallingUnderTest>): void {
  describe(name, () => {
    let it: SignallingUnderTest;
    beforeAll(async () => {
      it = await begin();
    });
    afterEach(() => it.assertIdle());
    afterAll(() => it.close());

    async function called(message: CallerMessage = {}) {
      const alice = await it.alice(number, message);
      const reports: LegAReport[] = [];
      const leg: LegA = (await it.nextInvite()).accept((report) => reports.push(report));
      return { alice, leg, reports };
    }
    /** Leg A's 200 needs a leg B to be joined to; one that nobody answers will do. */
    const noLegB = {} as LegB;
    async function answered() {
      const call = await called();
      call.leg.answer(edgeSdp, noLegB);
      await it.eventually('the 200', () => call.alice.heard.includes(200));
      await call.alice.acks();
      await it.eventually('the ACK', () => call.reports.length === 1);
      return call;
    }
    async function calling(more: Partial<InviteSpec> = {}) {
      const reports: LegBReport[] = [];
      const spec: InviteSpec = {
        uri: it.bobsUri,
        from: 'sip:+491701234567@localhost',
        to: it.bobsUri,
        headers: { 'X-Trunkline-Call-ID': '42' },
        sdp: edgeSdp,
        credentials: null,
        ...more,
      };
      const leg = it.caller.invite(spec, (report) => reports.push(report));
      const told = () => reports.filter(({ type }) => type !== 'b-sent');
      return { leg, told, reports };
    }
    async function rung(more: Partial<InviteSpec> = {}) {
      const call = await calling(more);
      return { ...call, bob: await it.nextRing() };
    }
    async function talking() {
      const call = await rung();
      await call.bob.answers(bobSdp);
      await it.eventually('the answer', () => call.told().length === 1);
      await it.eventually('the ACK', () => call.bob.got.includes('ACK'));
      return call;
    }

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

      test('a re-INVITE of the caller is accepted', async () => {
        const { alice, leg, reports } = await answered();
        await alice.reinvites(aliceSdp);
        await it.eventually('the re-INVITE', () => reports.length === 2);
        const report = reports[1];
        if (report?.type !== 'a-reinvited' || report.offer.sdp === null) {
          throw new Error(`${report?.type} instead of a re-INVITE with an offer`);
        }
        expect(report.offer.sdp).toBe(aliceSdp);
        report.offer.accept(bobSdp);
        await it.eventually('the 200', () => alice.reinviteHeard.length === 1);
        expect([alice.reinviteHeard, alice.sdp]).toEqual([[200], bobSdp]);
        leg.bye('callee-hung-up');
        await it.eventually('the BYE', () => alice.got.includes('BYE'));
      });

      test.each([488, 491])('a re-INVITE of the caller is refused with %i, and the call goes on', async (status) => {
        const { alice, reports } = await answered();
        await alice.reinvites(aliceSdp);
        await it.eventually('the re-INVITE', () => reports.length === 2);
        const report = reports[1];
        if (report?.type === 'a-reinvited') report.offer.refuse(status);
        await it.eventually('the refusal', () => alice.reinviteHeard.length === 1);
        expect(alice.reinviteHeard).toEqual([status]);
        await alice.hangsUp();
        await it.eventually('the BYE', () => reports.some(({ type }) => type === 'a-bye'));
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

      test.each([
        { answers: 'an answer', sdp: aliceSdp },
        { answers: 'nothing', sdp: null },
      ])('makes the offer for a re-INVITE without one, whose ACK has $answers', async ({ sdp }) => {
        const { alice, leg, reports } = await answered();
        await alice.asksForOffer();
        await it.eventually('the re-INVITE', () => reports.length === 2);
        const report = reports[1];
        if (report?.type !== 'a-reinvited' || report.offer.sdp !== null)
          throw new Error(`${report?.type} with an offer`);
        const said = report.offer.offer(bobSdp);
        await it.eventually('the 200', () => alice.reinviteHeard.length === 1);
        expect([alice.reinviteHeard, alice.sdp]).toEqual([[200], bobSdp]);
        await alice.acksReinvite(sdp);
        expect(await said).toBe(sdp);
        leg.bye('callee-hung-up');
        await it.eventually('the BYE', () => alice.got.includes('BYE'));
      });

      test('asks the caller to change the session', async () => {
        const { alice, leg, reports } = await answered();
        const modified = leg.modify(bobSdp);
        await it.eventually('the re-INVITE', () => alice.got.includes('re-INVITE'));
        expect(alice.sdp).toBe(bobSdp);
        await alice.answersReinvite(aliceSdp);
        expect(await modified).toEqual({ ok: true, sdp: aliceSdp });
        await alice.hangsUp();
        await it.eventually('the BYE', () => reports.some(({ type }) => type === 'a-bye'));
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

      test('a re-INVITE of the callee is accepted', async () => {
        const { leg, told, bob } = await talking();
        await bob.reinvites(bobSdp);
        await it.eventually('the re-INVITE', () => told().length === 2);
        const report = told()[1];
        if (report?.type !== 'b-reinvited' || report.offer.sdp === null) {
          throw new Error(`${report?.type} instead of a re-INVITE with an offer`);
        }
        report.offer.accept(aliceSdp);
        await it.eventually('the 200', () => bob.reinviteHeard.length === 1);
        expect([bob.reinviteHeard, bob.sdp]).toEqual([[200], aliceSdp]);
        leg.bye('caller-hung-up');
        await it.eventually('the BYE', () => bob.got.includes('BYE'));
      });

      test.each([
        { says: 491, told: 491 },
        { says: 415, told: 488 },
      ])('asks the callee to change the session, which refuses with $says', async ({ says, told: status }) => {
        const { leg, bob } = await talking();
        const modified = leg.modify(aliceSdp);
        await it.eventually('the re-INVITE', () => bob.got.includes('re-INVITE'));
        await bob.refusesReinvite(says);
        expect(await modified).toEqual({ ok: false, status });
        leg.bye('caller-hung-up');
        await it.eventually('the BYE', () => bob.got.includes('BYE'));
      });

      test.each([
        { with: 'an answer of ours', sdp: aliceSdp },
        { with: 'what it was told before', sdp: null },
      ])('asks the callee for an offer, and acknowledges it with $with', async ({ sdp }) => {
        const { leg, bob } = await talking();
        const offered = leg.askForOffer();
        await it.eventually('the re-INVITE', () => bob.got.includes('re-INVITE'));
        await bob.answersReinvite(bobSdp);
        const offer = await offered;
        if (!offer.ok) throw new Error(`refused with ${offer.status}`);
        expect(offer.sdp).toBe(bobSdp);
        expect(bob.got).toEqual(['INVITE', 'ACK', 're-INVITE']);
        offer.answer(sdp);
        await it.eventually('the ACK', () => bob.got.at(-1) === 'ACK');
        expect(bob.sdp).toBe(sdp ?? edgeSdp);
        leg.bye('caller-hung-up');
        await it.eventually('the BYE', () => bob.got.includes('BYE'));
      });

      test.each([
        { says: 491, told: 491 },
        { says: 415, told: 488 },
      ])('asks the callee for an offer, which refuses with $says', async ({ says, told: status }) => {
        const { leg, bob } = await talking();
        const offered = leg.askForOffer();
        await it.eventually('the re-INVITE', () => bob.got.includes('re-INVITE'));
        await bob.refusesReinvite(says);
        expect(await offered).toEqual({ ok: false, status });
        leg.bye('caller-hung-up');
        await it.eventually('the BYE', () => bob.got.includes('BYE'));
      });

      test('after a refused re-INVITE the next one is heard', async () => {
        const { leg, bob } = await talking();
        const refused = leg.modify(aliceSdp);
        await it.eventually('the re-INVITE', () => bob.got.includes('re-INVITE'));
        await bob.refusesReinvite(488);
        expect(await refused).toEqual({ ok: false, status: 488 });
        const accepted = leg.modify(aliceSdp);
        await it.eventually('the second', () => bob.got.filter((one) => one === 're-INVITE').length === 2);
        await bob.answersReinvite(bobSdp);
        expect(await accepted).toEqual({ ok: true, sdp: bobSdp });
        leg.bye('caller-hung-up');
        await it.eventually('the BYE', () => bob.got.includes('BYE'));
      });
    });
  });
}
