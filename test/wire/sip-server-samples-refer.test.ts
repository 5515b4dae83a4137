import { waitUntil } from '@trunkline/testkit/wait-until';
import type Srf from 'drachtio-srf';
import { expect, it } from 'vitest';
import { callback, followUp, freshRequest, reply, SDP } from './sip-server-peer.ts';
import { useSample } from './sip-server-sample.ts';

const sample = useSample();

it('hears REFER in a call, answers 202 and tells how it went with NOTIFY', async () => {
  const { application, peer, routed, server, target } = sample();
  const app = await application();
  const alice = await peer();
  const dialogs: Srf.Dialog[] = [];
  app.srf.invite((req, res) => {
    void app.srf.createUAS(req, res, { localSdp: SDP(5000) }).then((dialog) => {
      dialog.on('refer', (refer: Srf.SrfRequest, answer: Srf.SrfResponse) => {
        expect(refer.get('Refer-To')).toBe('<sip:carol@127.0.0.1>');
        answer.send(202);
        void dialog.request({
          method: 'NOTIFY',
          headers: {
            Event: 'refer',
            'Subscription-State': 'terminated;reason=noresource',
            'Content-Type': 'message/sipfrag;version=2.0',
          },
          body: 'SIP/2.0 200 OK\r\n',
        } as never);
      });
      dialogs.push(dialog);
    });
  });
  await routed(app);
  const invite = freshRequest(alice, 'INVITE', server, { body: SDP(4000) });
  alice.send(invite);
  const ok = await alice.response(200, 'INVITE');
  alice.send(followUp(invite, ok, 'ACK', 1));
  const dialog = await waitUntil(() => dialogs[0], { what: 'the call' });
  alice.send(followUp(invite, ok, 'REFER', 2, { headers: [['Refer-To', '<sip:carol@127.0.0.1>']] }));
  const accepted = await alice.response(202, 'REFER');
  // RFC 6665 §4.2.1.1, RFC 3515 §2.2: a 2xx that opens a subscription has a Contact; drachtio-server leaves it out.
  if (target.ours) expect(accepted.headers.get('contact')).toMatch(/^<sip:/);
  const notify = await alice.request('NOTIFY');
  expect(notify.headers.get('call-id')).toBe(invite.headers.get('call-id'));
  expect(notify.body.toString()).toBe('SIP/2.0 200 OK\r\n');
  reply(alice, notify, 200);
  // The last NOTIFY ends the subscription, not the call.
  void dialog.destroy();
  reply(alice, await alice.request('BYE'), 200);
});

it('refers a callee and hears its NOTIFY in the same call', async () => {
  const { application, peer } = sample();
  const app = await application();
  const bob = await peer();
  const calling = app.srf.createUAC(bob.uri, { localSdp: SDP(4000) });
  const invite = await bob.request('INVITE');
  const answer = reply(bob, invite, 200, { body: SDP(5000) });
  const dialog = await calling;
  await bob.request('ACK');
  const heard: string[] = [];
  dialog.on('notify', (req: Srf.SrfRequest, res: Srf.SrfResponse) => {
    heard.push(String(req.body));
    res.send(200);
  });
  const referred = dialog.request({ method: 'REFER', headers: { 'Refer-To': 'sip:carol@127.0.0.1' } } as never);
  const refer = await bob.request('REFER');
  expect(refer.headers.get('contact')).toMatch(/^<sip:/);
  reply(bob, refer, 202);
  expect((await referred) as unknown as { status: number }).toMatchObject({ status: 202 });
  const notify = callback(bob, invite, answer, 'NOTIFY', 1);
  notify.headers.append('Event', 'refer').append('Subscription-State', 'terminated');
  notify.headers.append('Content-Type', 'message/sipfrag');
  bob.send({ ...notify, body: Buffer.from('SIP/2.0 100 Trying') });
  await bob.response(200, 'NOTIFY');
  expect(heard).toEqual(['SIP/2.0 100 Trying']);
  void dialog.destroy();
  reply(bob, await bob.request('BYE'), 200);
});
