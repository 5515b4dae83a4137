import type { MediaProfile, MediaRelay, MediaSession, MediaSide } from '@trunkline/edge/call/media';
import { placeholderKeyLength, placeholderOffer } from '@trunkline/edge/call/placeholder-offer';
import { audioOf, parseSdp, type SdpMedia } from '@trunkline/sip/sdp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { g722, g729, pcma, pcmu, sampleSdp, telephoneEvent } from '../language/sample-sdp.ts';

/** What both sides hear of each other through the relay. */
export interface Exchange {
  /** The relay's places, as the two sides were told. */
  readonly shownTo: Readonly<Record<MediaSide, SdpMedia>>;
  readonly call: string;
}

/** A relay and the means to look at it from outside. */
export interface MediaRelayUnderTest {
  readonly relay: MediaRelay;
  /** The same relay where nobody answers. */
  readonly deadRelay: MediaRelay;
  /** Where the parties are. */
  readonly address: string;
  /** A port of `address` where a party takes audio. */
  port(side: MediaSide): number;
  openSessions(): Promise<number>;
  /** Both parties send this many packets, and the promise resolves when the relay has them. */
  talk(exchange: Exchange, packets: number): Promise<void>;
  /** Lets time pass for the dead relay. */
  wait<T>(outcome: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const inbound: MediaProfile = {
  network: { caller: 'outside', callee: 'inside' },
  encryption: { caller: 'no', callee: 'no' },
  codecs: { caller: ['PCMU', 'PCMA'], callee: ['PCMU', 'PCMA'] },
  address: { caller: null, callee: null },
  symmetric: { caller: true, callee: true },
  recorded: false,
};
const deaf = { onLost: () => {}, onSilent: () => {} };

/** What the edge relies on in every media relay. */
export function mediaRelayContract(name: string, begin: () => Promise<MediaRelayUnderTest>): void {
  describe(name, () => {
    let it: MediaRelayUnderTest;
    let calls = 0;
    const nextCall = () => `contract-${++calls}`;
    const open = (profile: MediaProfile = inbound): MediaSession => it.relay.open(nextCall(), profile, deaf);
    const at = (side: MediaSide, more: Parameters<typeof sampleSdp>[1] = {}) =>
      sampleSdp(it.address, { port: it.port(side), ...more });

    async function connect(profile: MediaProfile = inbound) {
      const call = nextCall();
      const session = it.relay.open(call, profile, deaf);
      const offered = audio(await session.offer('caller', at('caller')));
      const answered = audio(await session.answer('callee', at('callee', { formats: [pcmu, telephoneEvent] })));
      return { session, exchange: { call, shownTo: { callee: offered, caller: answered } } };
    }

    beforeAll(async () => {
      it = await begin();
    });
    afterAll(async () => {
      expect(await it.openSessions()).toBe(0);
      await it.close();
    });

    test('shows each side a place of its own at the relay, and counts what each side sends', async () => {
      const { session, exchange } = await connect();
      const { caller, callee } = exchange.shownTo;
      expect(callee.port).not.toBe(it.port('caller'));
      expect(caller.port).not.toBe(it.port('callee'));
      expect(caller.port).not.toBe(callee.port);
      expect(encodings(caller)).toEqual(['PCMU', 'TELEPHONE-EVENT']);
      expect(await it.openSessions()).toBe(1);

      await it.talk(exchange, 25);
      const stats = await session.release();
      expect(await it.openSessions()).toBe(0);
      for (const side of ['caller', 'callee'] as const) {
        expect(stats?.[side].packets_received).toBeGreaterThanOrEqual(25);
        expect(stats?.[side].octets_received).toBeGreaterThanOrEqual(25 * 160);
        expect(stats?.[side].errors).toBe(0);
      }
    });

    test.each([
      { codecs: ['PCMU', 'PCMA'] as const, shown: ['PCMU', 'PCMA', 'TELEPHONE-EVENT'] },
      { codecs: ['PCMA', 'PCMU'] as const, shown: ['PCMA', 'PCMU', 'TELEPHONE-EVENT'] },
      { codecs: ['PCMA'] as const, shown: ['PCMA', 'TELEPHONE-EVENT'] },
    ])(
      'offers the callee $codecs in this order, keeps telephone-event and drops the rest',
      async ({ codecs, shown }) => {
        const session = open({ ...inbound, codecs: { caller: ['PCMU', 'PCMA'], callee: codecs } });
        const offer = at('caller', { formats: [g722, g729, pcmu, pcma, telephoneEvent] });
        expect(encodings(audio(await session.offer('caller', offer)))).toEqual(shown);
        await session.release();
      },
    );

    test('adds no telephone-event that was not offered, and no codec that the callee may not speak', async () => {
      const session = open({ ...inbound, codecs: { caller: ['PCMU', 'PCMA'], callee: ['PCMA'] } });
      const offered = await session.offer('caller', at('caller', { formats: [pcma, g729] }));
      expect(encodings(audio(offered))).toEqual(['PCMA']);
      await session.release();
    });

    test('transcodes: offers what the callee may speak, and answers what the caller offered', async () => {
      const session = open({ ...inbound, codecs: { caller: ['PCMU'], callee: ['PCMA'] } });
      const offered = await session.offer('caller', at('caller', { formats: [pcmu, telephoneEvent] }));
      expect(encodings(audio(offered))).toEqual(['PCMA', 'TELEPHONE-EVENT']);
      const answered = await session.answer('callee', at('callee', { formats: [pcma, telephoneEvent] }));
      expect(answered.ok).toBe(true);
      await session.release();
    });

    test.each([
      { what: 'none of the codecs', offer: { formats: [g722, telephoneEvent] }, cause: 'no-common-codec' },
      { what: 'SRTP where there is none', offer: { secure: true }, cause: 'encryption-not-enabled' },
    ])('refuses an offer of $what', async ({ offer, cause }) => {
      expect(await open().offer('caller', at('caller', offer))).toMatchObject({ ok: false, cause });
      expect(await it.openSessions()).toBe(0);
    });

    test.each([
      { what: 'a codec that was not offered', encryption: 'no', answer: { formats: [g722] }, cause: 'answer-unusable' },
      { what: 'SRTP to an offer of RTP', encryption: 'no', answer: { secure: true }, cause: 'answer-unusable' },
      { what: 'RTP to an offer of SRTP', encryption: 'sdes', answer: {}, cause: 'encryption-refused' },
    ] as const)('refuses an answer of $what', async ({ encryption, answer, cause }) => {
      const session = open({ ...inbound, encryption: { caller: 'no', callee: encryption } });
      await session.offer('caller', at('caller'));
      expect(await session.answer('callee', at('callee', answer))).toMatchObject({ ok: false, cause });
      await session.release();
    });

    test('speaks SRTP with the callee and RTP with the caller', async () => {
      const session = open({ ...inbound, encryption: { caller: 'no', callee: 'sdes' } });
      const offered = audio(await session.offer('caller', at('caller')));
      expect(offered).toMatchObject({ protocol: 'RTP/SAVP', has_crypto: true });
      const answered = audio(await session.answer('callee', at('callee', { secure: true })));
      expect(answered).toMatchObject({ protocol: 'RTP/AVP', has_crypto: false, has_fingerprint: false });
      await session.release();
    });

    test('speaks RTP with the callee and SRTP with the caller', async () => {
      const session = open({ ...inbound, encryption: { caller: 'sdes', callee: 'no' } });
      const offered = audio(await session.offer('caller', at('caller', { secure: true })));
      expect(offered).toMatchObject({ protocol: 'RTP/AVP', has_crypto: false, has_fingerprint: false });
      const answered = audio(await session.answer('callee', at('callee')));
      expect(answered).toMatchObject({ protocol: 'RTP/SAVP', has_crypto: true });
      await session.release();
    });

    test.each([
      ['caller', 'callee'],
      ['callee', 'caller'],
    ] as const)('takes a re-INVITE of the %s: hold passes, and no port moves', async (from, to) => {
      const { session, exchange } = await connect();
      const offered = audio(
        await session.offer(from, at(from, { direction: 'sendonly', formats: [pcmu, telephoneEvent] })),
      );
      const answered = audio(
        await session.answer(to, at(to, { direction: 'recvonly', formats: [pcmu, telephoneEvent] })),
      );
      expect([offered.direction, answered.direction]).toEqual(['sendonly', 'recvonly']);
      expect(offered.port).toBe(exchange.shownTo[to].port);
      expect(answered.port).toBe(exchange.shownTo[from].port);

      const again = audio(await session.offer(from, at(from, { formats: [pcmu, telephoneEvent] })));
      expect([again.direction, again.port]).toEqual(['sendrecv', exchange.shownTo[to].port]);
      await session.answer(to, at(to, { formats: [pcmu, telephoneEvent] }));
      await session.release();
    });

    test('a side that moves to another port in a re-INVITE moves nothing on the other side', async () => {
      const { session, exchange } = await connect();
      const moved = sampleSdp(it.address, { port: it.port('caller') + 2, formats: [pcmu, telephoneEvent] });
      const offered = audio(await session.offer('caller', moved));
      expect(offered.port).toBe(exchange.shownTo.callee.port);
      await session.answer('callee', at('callee', { formats: [pcmu, telephoneEvent] }));
      await session.release();
    });

    test('takes the answer of a 183 and that of the 200 after it', async () => {
      const session = open();
      await session.offer('caller', at('caller'));
      const early = audio(await session.answer('callee', at('callee', { formats: [pcmu] })));
      const final = audio(await session.answer('callee', at('callee', { formats: [pcmu] })));
      expect(final.port).toBe(early.port);
      await session.release();
    });

    test.each([
      { caller: 'no', callee: 'no' },
      { caller: 'sdes', callee: 'no' },
      { caller: 'no', callee: 'sdes' },
    ] as const)('offers the caller what the callee answered to a placeholder: $caller, $callee', async (encryption) => {
      const profile = { ...inbound, encryption };
      const session = open(profile);
      const key = Buffer.alloc(placeholderKeyLength, 5);
      const offered = audio(await session.offer('caller', placeholderOffer(profile, key)));
      const answer = at('callee', { formats: [pcmu, telephoneEvent], secure: encryption.callee === 'sdes' });
      audio(await session.answer('callee', answer));
      const ours = audio(await session.offer('callee', answer));
      expect(ours).toMatchObject({ has_crypto: encryption.caller === 'sdes', direction: 'sendrecv' });
      expect(encodings(ours)).toEqual(['PCMU', 'PCMA', 'TELEPHONE-EVENT']);
      const theirs = at('caller', { formats: [pcma, telephoneEvent], secure: encryption.caller === 'sdes' });
      const agreed = audio(await session.answer('caller', theirs));
      // The callee never hears of it: it is where it was told, and speaks what it said.
      expect([agreed.port, agreed.protocol]).toEqual([offered.port, offered.protocol]);
      expect([session.said('caller'), session.said('callee')]).toEqual([theirs, answer]);
      await session.release();
    });

    test('an answer without offer, and what is no session description, are refused', async () => {
      expect((await open().answer('callee', at('callee'))).ok).toBe(false);
      const session = open();
      expect((await session.offer('caller', 'nonsense')).ok).toBe(false);
      await session.release();
    });

    test('keeps the order of the operations: what is released before it is offered is not left behind', async () => {
      const session = open();
      const offered = session.offer('caller', at('caller'));
      await session.release();
      expect((await offered).ok).toBe(true);
      expect(await it.openSessions()).toBe(0);
    });

    test('what is offered after the release is refused, and opens nothing', async () => {
      const { session } = await connect();
      await session.release();
      expect((await session.offer('caller', at('caller'))).ok).toBe(false);
      expect((await session.move()).ok).toBe(false);
      expect(await it.openSessions()).toBe(0);
    });

    test('releasing what was never offered, or was released before, does no harm', async () => {
      await open().release();
      const { session } = await connect();
      await session.release();
      await session.release();
      expect(await it.openSessions()).toBe(0);
    });

    test('a relay that does not answer is a refusal, not an error', async () => {
      const session = it.deadRelay.open(nextCall(), inbound, deaf);
      expect((await it.wait(session.offer('caller', at('caller')))).ok).toBe(false);
      expect(await it.wait(session.release())).toBeNull();
    });
  });
}

function audio(relayed: Awaited<ReturnType<ReturnType<MediaRelay['open']>['offer']>>): SdpMedia {
  if (!relayed.ok) throw new Error(`The relay refused: ${relayed.reason}`);
  const parsed = parseSdp(relayed.sdp);
  const found = parsed.ok ? audioOf(parsed.value) : undefined;
  if (found === undefined) throw new Error(`No audio in ${relayed.sdp}`);
  return found;
}

function encodings(media: SdpMedia): readonly (string | undefined)[] {
  return media.formats.map(({ encoding }) => encoding?.name);
}
