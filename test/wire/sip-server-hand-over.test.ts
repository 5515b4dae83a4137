import { waitUntil } from '@trunkline/testkit/wait-until';
import type Srf from 'drachtio-srf';
import { expect } from 'vitest';
import { callback, followUp, freshRequest, reply, SDP } from './sip-server-peer.ts';
import { ask, on, type Sample, useSample } from './sip-server-sample.ts';
import { type Application, onOurs } from './sip-server-target.ts';

const sample = useSample();

const NO_HAND_OVER = 'drachtio-server gives the dialogs of a lost connection to nobody';

interface Legs {
  readonly uas: string;
  readonly uac: string;
}

/** A bridge that tells the dialog ids of its calls, as an application does that keeps them where its successor finds them. */
function bridge(app: Application, callee: string, named = false): Legs[] {
  const calls: Legs[] = [];
  app.srf.invite((req, res) => {
    const { tag } = req.getParsedHeader('from').params as { readonly tag: string };
    const headers = named ? { 'Trunkline-Other-Leg': `${req.get('call-id')};from-tag=${tag}` } : {};
    void app.srf.createB2BUA(req, res, callee, { localSdpB: req.body, headers }).then(({ uas, uac }) => {
      calls.push({ uas: idOf(uas), uac: idOf(uac) });
      uas.on('destroy', () => void uac.destroy());
      uac.on('destroy', () => void uas.destroy());
    });
  });
  return calls;
}

/** The package's types do not know of it. */
const idOf = (dialog: Srf.Dialog): string => (dialog as unknown as { readonly id: string }).id;

/** Answers BYE in dialogs that it only knows by their ids, and carries it to the other leg. */
function carryBye(srf: Srf, calls: readonly Legs[]): void {
  on(srf, 'bye', (req: Srf.SrfRequest, res: Srf.SrfResponse) => {
    res.send(200);
    const id = (req as unknown as { readonly stackDialogId: string }).stackDialogId;
    const call = calls.find(({ uas, uac }) => id === uas || id === uac);
    if (call === undefined) return;
    void ask(srf, 'sip:placeholder', { method: 'BYE', stackDialogId: id === call.uas ? call.uac : call.uas });
  });
}

async function callThrough(world: Sample, first: Application, named = false) {
  const [alice, bob] = [await world.peer(), await world.peer()];
  const calls = bridge(first, bob.uri, named);
  await world.routed(first);
  const invite = freshRequest(alice, 'INVITE', world.server, { body: SDP(4000) });
  alice.send(invite);
  const legB = await bob.request('INVITE');
  const answerB = reply(bob, legB, 200, { body: SDP(5000) });
  const ok = await alice.response(200, 'INVITE');
  alice.send(followUp(invite, ok, 'ACK', 1));
  await bob.request('ACK');
  await waitUntil(() => calls.length === 1, { what: 'the call' });
  return { alice, bob, calls, invite, ok, legB, answerB };
}

const lost = async (world: Sample, left: number): Promise<void> => {
  const clients = async () => (await world.target.alive())['trunkline_sip_control_clients'];
  await waitUntil(async () => (await clients()) === left, { what: 'the loss of the application' });
};

onOurs(NO_HAND_OVER)(
  'another connection that is there takes a call over, and carries its BYE to the other side',
  async () => {
    const world = sample();
    const first = await world.application(['edge-1']);
    const { alice, bob, calls, invite, ok } = await callThrough(world, first);
    await world.application(['other', 'edge-1'], (srf) => carryBye(srf, calls));
    first.close();
    await lost(world, 1);
    alice.send(followUp(invite, ok, 'BYE', 2));
    await alice.response(200, 'BYE');
    reply(bob, await bob.request('BYE'), 200);
  },
);

onOurs(NO_HAND_OVER)('one that comes later does too, and hears of the BYE that came in between', async () => {
  const world = sample();
  const first = await world.application(['edge-1']);
  const { alice, bob, calls, legB, answerB } = await callThrough(world, first);
  first.close();
  await lost(world, 0);
  bob.send(callback(bob, legB, answerB, 'BYE', 1));
  await world.application(['edge-1'], (srf) => carryBye(srf, calls));
  await bob.response(200, 'BYE');
  reply(alice, await alice.request('BYE'), 200);
});

onOurs(NO_HAND_OVER)('an application of another name takes nothing over: both legs hear BYE', async () => {
  const world = sample();
  const first = await world.application(['edge-1']);
  const { alice, bob } = await callThrough(world, first);
  await world.application(['edge-2']);
  first.close();
  for (const party of [alice, bob]) {
    const bye = await party.request('BYE');
    expect(bye.headers.get('reason')).toMatch(/Application gone/);
    reply(party, bye, 200);
  }
});

onOurs(NO_HAND_OVER)(
  'where the application has named the legs of a call, the server carries a BYE of the caller itself',
  async () => {
    const world = sample();
    const first = await world.application(['edge-1']);
    const { alice, bob, invite, ok, legB } = await callThrough(world, first, true);
    expect(legB.headers.has('trunkline-other-leg')).toBe(false);
    await world.application(['edge-2']);
    first.close();
    await lost(world, 1);
    alice.send(followUp(invite, ok, 'BYE', 2));
    await alice.response(200, 'BYE');
    const bye = await bob.request('BYE');
    expect(bye.headers.get('reason')).toBe('SIP;cause=200;text="The other side hung up"');
    reply(bob, bye, 200);
  },
);

onOurs(NO_HAND_OVER)('and one of the callee, with no other application there', async () => {
  const world = sample();
  const first = await world.application();
  const { alice, bob, legB, answerB } = await callThrough(world, first, true);
  first.close();
  await lost(world, 0);
  bob.send(callback(bob, legB, answerB, 'BYE', 1));
  await bob.response(200, 'BYE');
  reply(alice, await alice.request('BYE'), 200);
});
