import { connect, createServer, type Socket } from 'node:net';
import type { IncomingInvite } from '@trunkline/edge/admission/incoming-invite';
import { connectSrf, type Signalling } from '@trunkline/edge/drachtio/connect-srf';
import { randomIds } from '@trunkline/runtime/ids';
import { silentLogger } from '@trunkline/runtime/logger';
import { freePort } from '@trunkline/testkit/free-port';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect } from 'vitest';
import { type BarePeer, followUp, freshRequest, openPeer, reply, SDP } from './sip-server-peer.ts';
import { onOurs, startTarget, type Target } from './sip-server-target.ts';

/** Calls of a lost connection are kept for 60*T1: nothing in this test waits for that. */
const T1_MS = 500;

let target: Target;
let alice: BarePeer;
let bob: BarePeer;
let signalling: Signalling;
let relay: { readonly port: number; breakAll(): void; close(): Promise<void> };
const invites: IncomingInvite[] = [];
let losses = 0;

/** Between the edge and the SIP server, so that the connection can be broken while both live. */
async function startRelay(to: { readonly host: string; readonly port: number }) {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => {}).on('close', () => void sockets.delete(socket));
  };
  const listener = createServer((near) => {
    const far = keep(connect(to.port, to.host));
    keep(near).pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  const port = await freePort();
  await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve));
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    breakAll,
    close: () => {
      breakAll();
      return new Promise<void>((resolve) => listener.close(() => resolve()));
    },
  };
}

beforeAll(async () => {
  target = await startTarget(T1_MS);
  const server = await target.sip('udp');
  [alice, bob] = [await openPeer('udp', server), await openPeer('udp', server)];
  relay = await startRelay(target.control);
  signalling = connectSrf(
    { host: '127.0.0.1', port: relay.port, secret: target.secret, tag: 'edge-1@1' },
    {
      onInvite: (incoming) => void invites.push(incoming),
      isKnownSource: () => true,
      onConnected: () => {},
      onRegister: () => {},
      onLost: () => {
        losses += 1;
      },
    },
    silentLogger,
    randomIds,
  );
  await waitUntil(() => signalling.connected, { what: 'the connection to the SIP server' });
});
afterAll(async () => {
  signalling?.disconnect();
  await relay?.close();
  await Promise.all([alice?.close(), bob?.close()]);
  await target?.stop();
});

/** The INVITE is sent again until the route of the edge is known. */
async function incomingCall(to: string) {
  return waitUntil(
    async () => {
      const invite = freshRequest(alice, 'INVITE', to, { body: SDP(4000) });
      alice.send(invite);
      const isAnswer = (one: (typeof alice.received)[number]): one is typeof one =>
        one.kind === 'response' && one.headers.get('call-id') === invite.headers.get('call-id');
      const answer = await alice.take('an answer to the INVITE', isAnswer);
      const incoming = invites.find(({ sip_call_id }) => sip_call_id === invite.headers.get('call-id'));
      if (answer.kind === 'response' && answer.status >= 300) return undefined;
      return incoming === undefined ? undefined : { invite, incoming };
    },
    { what: 'an INVITE at the edge' },
  );
}

onOurs('drachtio-server gives the dialogs of a lost connection to nobody')(
  'an edge that has lost its connection ends both legs as soon as it is back',
  async () => {
    const { host, port } = await target.sip('udp');
    const { invite, incoming } = await incomingCall(`sip:app@${host}:${port}`);
    const legA = incoming.accept(() => {});
    let answered = false;
    const spec = { uri: bob.uri, from: 'sip:edge@localhost', to: bob.uri, headers: {}, sdp: SDP(4002) };
    const other_leg = incoming.dialog_id ?? '';
    const legB = signalling.invite({ ...spec, credentials: null, other_leg }, (report) => {
      if (report.type === 'b-answered') answered = true;
    });
    const legBInvite = await bob.request('INVITE');
    expect(legBInvite.headers.has('trunkline-other-leg')).toBe(false);
    reply(bob, legBInvite, 200, { body: SDP(5000) });
    await waitUntil(() => answered, { what: 'the answer at the edge' });
    legA.answer(SDP(4004), legB);
    const ok = await alice.response(200, 'INVITE');
    alice.send(followUp(invite, ok, 'ACK', 1));
    await bob.request('ACK');
    relay.breakAll();
    await waitUntil(() => losses === 1 && signalling.connected, { what: 'the edge to be back' });
    for (const party of [alice, bob]) {
      const bye = await party.request('BYE');
      expect(bye.headers.get('reason')).toContain('The connection to the SIP server was lost');
      reply(party, bye, 200);
    }
    await waitUntil(async () => (await target.alive())['trunkline_sip_dialogs confirmed'] === 0, {
      what: 'no dialog to be left',
    });
  },
);
