import type { InviteSpec, LegA, LegAReport, LegB, LegBReport } from '@trunkline/edge/call/legs';
import { sampleSdp } from '../language/sample-sdp.ts';
import type { CallerMessage, SignallingUnderTest } from './signalling-under-test.ts';

export const aliceSdp = sampleSdp('127.0.0.1', { port: 42_000 });
export const bobSdp = sampleSdp('127.0.0.1', { port: 41_000 });
export const edgeSdp = sampleSdp('127.0.0.1', { port: 30_000 });
export const number = '+4930123456';

/** How a test comes to where it begins. */
export function signallingSteps(it: () => SignallingUnderTest) {
  async function called(message: CallerMessage = {}) {
    const alice = await it().alice(number, message);
    const reports: LegAReport[] = [];
    const leg: LegA = (await it().nextInvite()).accept((report) => reports.push(report));
    return { alice, leg, reports };
  }
  /** Leg A's 200 needs a leg B to be joined to; one that nobody answers will do. */
  const noLegB = {} as LegB;
  async function answered() {
    const call = await called();
    call.leg.answer(edgeSdp, noLegB);
    await it().eventually('the 200', () => call.alice.heard.includes(200));
    await call.alice.acks();
    await it().eventually('the ACK', () => call.reports.length === 1);
    return call;
  }
  async function calling(more: Partial<InviteSpec> = {}) {
    const reports: LegBReport[] = [];
    const spec: InviteSpec = {
      uri: it().bobsUri,
      from: 'sip:+491701234567@localhost',
      to: it().bobsUri,
      headers: { 'X-Trunkline-Call-ID': '42' },
      sdp: edgeSdp,
      credentials: null,
      ...more,
    };
    const leg = it().caller.invite(spec, (report) => reports.push(report));
    const told = () => reports.filter(({ type }) => type !== 'b-sent');
    return { leg, told, reports };
  }
  async function rung(more: Partial<InviteSpec> = {}) {
    const call = await calling(more);
    return { ...call, bob: await it().nextRing() };
  }
  async function talking() {
    const call = await rung();
    await call.bob.answers(bobSdp);
    await it().eventually('the answer', () => call.told().length === 1);
    await it().eventually('the ACK', () => call.bob.got.includes('ACK'));
    return call;
  }

  return { noLegB, called, answered, calling, rung, talking };
}

export type SignallingSteps = ReturnType<typeof signallingSteps>;
