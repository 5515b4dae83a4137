import { waitUntil } from '@trunkline/testkit/wait-until';
import type Srf from 'drachtio-srf';
import { expect, it } from 'vitest';
import { callback, followUp, freshRequest, reply, SDP } from './sip-server-peer.ts';
import { useSample } from './sip-server-sample.ts';

const sample = useSample();

it('a callee hears UPDATE in a call and answers it, and sends one', async () => {
  const { application, peer, routed, server, target } = sample();
  const app = await application();
  const alice = await peer();
  const dialogs: Srf.Dialog[] = [];
  app.srf.invite((req, res) => {
    void app.srf.createUAS(req, res, { localSdp: SDP(5000) }).then((dialog) => {
      dialog.on(
        'update' as never,
        ((_req: unknown, answer: Srf.SrfResponse) => void answer.send(200, { body: SDP(5002) } as never)) as never,
      );
      dialogs.push(dialog);
    });
  });
  await routed(app);
  const invite = freshRequest(alice, 'INVITE', server, { body: SDP(4000) });
  alice.send(invite);
  const ok = await alice.response(200, 'INVITE');
  alice.send(followUp(invite, ok, 'ACK', 1));
  const dialog = await waitUntil(() => dialogs[0], { what: 'the call' });
  alice.send(followUp(invite, ok, 'UPDATE', 2, { body: SDP(4002) }));
  const updated = await alice.response(200, 'UPDATE');
  expect(updated.body.toString()).toBe(SDP(5002));
  // RFC 3311 §5.2: mandatory; drachtio-server leaves it out.
  if (target.ours) expect(updated.headers.get('contact')).toMatch(/^<sip:/);
  const sent = dialog.request({ method: 'UPDATE', body: SDP(5004) } as never);
  const update = await alice.request('UPDATE');
  expect(update.body.toString()).toBe(SDP(5004));
  if (target.ours) expect(update.headers.get('contact')).toMatch(/^<sip:/);
  reply(alice, update, 200, { body: SDP(4002) });
  expect((await sent) as unknown as { status: number }).toMatchObject({ status: 200 });
  void dialog.destroy();
  reply(alice, await alice.request('BYE'), 200);
});

it('a caller hears UPDATE in its early dialog and answers it there', async () => {
  const { application, peer } = sample();
  const app = await application();
  const bob = await peer();
  let heard = 0;
  const calling = app.srf.createUAC(bob.uri, { localSdp: SDP(4000) }, {
    cbRequest: (
      _error: unknown,
      req: { on(event: 'update', run: (req: unknown, res: Srf.SrfResponse) => void): void },
    ) =>
      req.on('update', (_req, res) => {
        heard += 1;
        res.send(200, { body: SDP(4002) } as never);
      }),
  } as never);
  const invite = await bob.request('INVITE');
  const progress = reply(bob, invite, 183, { tag: 'bob', body: SDP(5000) });
  const update = callback(bob, invite, progress, 'UPDATE', 1);
  bob.send(update);
  expect((await bob.response(200, 'UPDATE')).body.toString()).toBe(SDP(4002));
  reply(bob, invite, 200, { tag: 'bob', body: SDP(5000) });
  const dialog = await calling;
  await bob.request('ACK');
  expect(heard).toBe(1);
  void dialog.destroy();
  reply(bob, await bob.request('BYE'), 200);
});
