import type { IncomingInvite } from '@trunkline/edge/admission/incoming-invite';
import { connectSrf } from '@trunkline/edge/drachtio/connect-srf';
import { randomIds } from '@trunkline/runtime/ids';
import { silentLogger } from '@trunkline/runtime/logger';
import type { SipMessage, SipRequest } from '@trunkline/sip/message';
import { tagOf } from '@trunkline/sip/name-addr';
import { freePort } from '@trunkline/testkit/free-port';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { signallingContract } from '../scenarios/contracts/signalling-contract.ts';
import type { CallerMessage } from '../scenarios/contracts/signalling-under-test.ts';
import { sampleSdp } from '../scenarios/language/sample-sdp.ts';
import { cseqOf } from './signalling-call.ts';
import { CalleeCall, CallerCall } from './signalling-parties.ts';
import { freshRequest, openPeer } from './sip-server-peer.ts';
import { assertNothingLeft, startTarget } from './sip-server-target.ts';

signallingContract('Signalling on drachtio-srf and the SIP server', async () => {
  const target = await startTarget();
  const server = await target.sip('udp');
  const waiting: IncomingInvite[] = [];
  const listener = {
    onInvite: (incoming: IncomingInvite) => void waiting.push(incoming),
    isKnownSource: () => true,
    onConnected: () => {},
    onRegister: () => {},
    onLost: () => {},
  };
  const signalling = connectSrf(
    { host: target.control.host, port: target.control.port, secret: target.secret },
    listener,
    silentLogger,
    randomIds,
  );
  const alice = await openPeer('udp', server);
  const bob = await openPeer('udp', server);
  const nobodysPort = await freePort();
  const callers = new Map<string, CallerCall>();
  const callees = new Map<string, CalleeCall>();
  const rings: CalleeCall[] = [];
  const handled = { alice: 0, bob: 0 };

  const callIdOf = (message: SipMessage): string => message.headers.get('call-id') ?? '';
  const isFresh = (message: SipMessage): message is SipRequest =>
    message.kind === 'request' && message.method === 'INVITE' && tagOf(message.headers.get('to') ?? '') === undefined;
  const begins = (message: SipMessage): message is SipRequest => {
    const known = callees.get(callIdOf(message));
    return isFresh(message) && (known === undefined || cseqOf(message) > known.number);
  };
  /** The parties do nothing by themselves, so what arrived for them is given to their calls here. */
  function pump(): void {
    for (const message of alice.received.slice(handled.alice)) callers.get(callIdOf(message))?.receive(message);
    handled.alice = alice.received.length;
    for (const message of bob.received.slice(handled.bob)) {
      if (begins(message)) {
        const ring = new CalleeCall(bob, message);
        callees.set(callIdOf(message), ring);
        rings.push(ring);
      } else if (!isFresh(message)) callees.get(callIdOf(message))?.receive(message);
    }
    handled.bob = bob.received.length;
  }
  const until = <T>(what: string, condition: () => T) =>
    waitUntil(
      () => {
        pump();
        return condition();
      },
      { what },
    );
  async function roundTrip(): Promise<void> {
    const options = freshRequest(alice, 'OPTIONS', `sip:${server.host}:${server.port}`);
    alice.send(options);
    await until('the answer to OPTIONS', () =>
      alice.received.some((message) => message.kind === 'response' && callIdOf(message) === callIdOf(options)),
    );
  }

  await until('the connection to the SIP server', () => signalling.connected);
  await until('the routes', async () => {
    await roundTrip();
    return true;
  });
  return {
    caller: signalling,
    bobsUri: bob.uri,
    nobodysUri: `sip:nobody@127.0.0.1:${nobodysPort};transport=tcp`,
    async alice(number, message: CallerMessage = {}) {
      const invite = inviteOf(
        freshRequest(alice, 'INVITE', `sip:${number}@${server.host}:${server.port}`, {
          headers: Object.entries(message.extension_headers ?? {}),
          body: message.sdp ?? sampleSdp(server.host),
        }),
        message,
      );
      const call = new CallerCall(alice, invite);
      callers.set(call.sip_call_id, call);
      alice.send(invite);
      return call;
    },
    nextInvite: () => until('an INVITE at the edge', () => waiting.shift()),
    nextRing: () => until('an INVITE at bob', () => rings.shift()),
    eventually: async (what, condition) => void (await until(what, condition)),
    async quiet() {
      // What the edge and the server had to do for each other is done when the second answer is there.
      await roundTrip();
      await roundTrip();
    },
    // T1 is short here: whoever waits for it does so in `eventually`.
    transactionTimePasses: async () => {},
    async assertIdle() {
      let last = '';
      const nothing = async (): Promise<boolean> => {
        pump();
        const alive = Object.entries(await target.alive()).filter(([name]) => /dialogs|pending_requests/.test(name));
        last = JSON.stringify(alive);
        return alive.every(([, count]) => count === 0);
      };
      await waitUntil(nothing, { what: 'no call to be left', found: () => last });
    },
    async close() {
      signalling.disconnect();
      await assertNothingLeft(target);
      await Promise.all([alice.close(), bob.close()]);
      await target.stop();
    },
  };
});

function inviteOf(invite: SipRequest, { authorization, sip_call_id }: CallerMessage): SipRequest {
  if (authorization !== undefined) invite.headers.append('Authorization', authorization);
  if (sip_call_id !== undefined) invite.headers.set('Call-ID', sip_call_id).set('CSeq', '2 INVITE');
  return invite;
}
