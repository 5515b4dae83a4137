import { fileURLToPath } from 'node:url';
import type { SipMessage, SipRequest, SipResponse } from '@trunkline/sip/message';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect } from 'vitest';
import { type BarePeer, followUp, freshRequest, openPeer, reply, SDP } from './sip-server-peer.ts';
import { ask, on } from './sip-server-sample.ts';
import { type Application, onOurs, startTarget, type Target } from './sip-server-target.ts';

const CALLS = 200;
/** Calls that are set up, and ended, at one time. */
const PORTION = 25;
/** Long enough for the successor to come within 60*T1 on a busy machine, short enough that the test waits for nothing. */
const T1_MS = 400;
const BRIDGE = fileURLToPath(new URL('./sip-server-bridge.mjs', import.meta.url));

let target: Target;
let alice: BarePeer;
let bob: BarePeer;
let bridge: Program | undefined;
let successor: Application | undefined;

beforeAll(async () => {
  target = await startTarget(T1_MS);
  const server = await target.sip('udp');
  [alice, bob] = [await openPeer('udp', server), await openPeer('udp', server)];
});
afterAll(async () => {
  successor?.close();
  await bridge?.stop();
  await Promise.all([alice?.close(), bob?.close()]);
  await target?.stop();
});

const callIdOf = (message: SipMessage): string => message.headers.get('call-id') ?? '';

/** The first request of this method in a call that it was not seen in: retransmissions are passed over. */
async function nextIn(seen: Set<string>, method: string): Promise<SipRequest> {
  const request = await bob.take(
    method,
    (one): one is SipRequest => one.kind === 'request' && one.method === method && !seen.has(callIdOf(one)),
  );
  seen.add(callIdOf(request));
  return request;
}

const okFor = (request: SipRequest): Promise<SipResponse> =>
  alice.take(
    `200 to ${request.method}`,
    (one): one is SipResponse =>
      one.kind === 'response' &&
      one.status === 200 &&
      callIdOf(one) === callIdOf(request) &&
      (one.headers.get('cseq') ?? '').endsWith(request.method),
  );

interface Up {
  readonly invite: SipRequest;
  readonly ok: SipResponse;
}

async function setUp(uri: string, seen: { readonly invited: Set<string>; readonly acked: Set<string> }) {
  const invites = Array.from({ length: PORTION }, () => freshRequest(alice, 'INVITE', uri, { body: SDP(4000) }));
  for (const invite of invites) alice.send(invite);
  for (const _ of invites) reply(bob, await nextIn(seen.invited, 'INVITE'), 200, { body: SDP(5000) });
  const up: Up[] = [];
  for (const invite of invites) {
    const ok = await okFor(invite);
    alice.send(followUp(invite, ok, 'ACK', 1));
    up.push({ invite, ok });
  }
  for (const _ of invites) await nextIn(seen.acked, 'ACK');
  return up;
}

/** Both dialog ids of every call, each by the other. */
async function legsOf(program: Program, count: number): Promise<ReadonlyMap<string, string>> {
  const lines = () => [...program.log().matchAll(/^\{"up":\["(.+)","(.+)"\]\}$/gm)];
  await program.waitFor(`${count} calls`, () => lines().length === count, 30_000);
  return new Map(
    lines().flatMap(([, uas = '', uac = '']) => [
      [uas, uac],
      [uac, uas],
    ]),
  );
}

/** An application that knows the calls by their dialog ids alone, and carries BYE to the other leg. */
const takeOver = (legs: ReadonlyMap<string, string>): Promise<Application> =>
  target.application(['edge-1'], (srf) =>
    on(srf, 'bye', (req, res) => {
      res.send(200);
      const other = legs.get((req as unknown as { readonly stackDialogId: string }).stackDialogId);
      if (other !== undefined) void ask(srf, 'sip:placeholder', { method: 'BYE', stackDialogId: other });
    }),
  );

const gauge = async (name: string): Promise<number | undefined> => (await target.alive())[name];

onOurs('drachtio-server gives the dialogs of a lost connection to nobody')(
  'killed with 200 calls: they stay up, and each BYE is answered and carried to the other side',
  async () => {
    const { host, port } = target.control;
    bridge = await startProgram({
      name: 'application',
      command: process.execPath,
      args: [BRIDGE],
      env: {
        CONTROL_HOST: host,
        CONTROL_PORT: String(port),
        CONTROL_SECRET: target.secret,
        CALLEE: bob.uri,
        TAG: 'edge-1',
      },
    });
    await bridge.waitForLog(/connected/, 30_000);
    const { port: sip } = await target.sip('udp');
    const seen = { invited: new Set<string>(), acked: new Set<string>() };
    const up: Up[] = [];
    while (up.length < CALLS) up.push(...(await setUp(`sip:app@127.0.0.1:${sip}`, seen)));
    const legs = await legsOf(bridge, CALLS);

    bridge.kill('SIGKILL');
    expect((await bridge.waitForExit()).signal).toBe('SIGKILL');
    await waitUntil(async () => (await gauge('trunkline_sip_control_clients')) === 0, { what: 'the loss to be seen' });
    successor = await takeOver(legs);
    expect(await gauge('trunkline_sip_dialogs confirmed')).toBe(2 * CALLS);

    const ended = new Set<string>();
    for (let start = 0; start < CALLS; start += PORTION) {
      const byes = up.slice(start, start + PORTION).map(({ invite, ok }) => followUp(invite, ok, 'BYE', 2));
      for (const bye of byes) alice.send(bye);
      for (const bye of byes) await okFor(bye);
      for (const _ of byes) reply(bob, await nextIn(ended, 'BYE'), 200);
    }
    expect(ended).toEqual(seen.invited);
    await waitUntil(async () => (await gauge('trunkline_sip_dialogs confirmed')) === 0, {
      what: 'no dialog to be left',
    });
  },
);
