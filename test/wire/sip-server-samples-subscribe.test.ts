import { waitUntil } from '@trunkline/testkit/wait-until';
import type Srf from 'drachtio-srf';
import { expect, it } from 'vitest';
import { callback, followUp, freshRequest, reply } from './sip-server-peer.ts';
import { on, useSample } from './sip-server-sample.ts';
import { onOurs } from './sip-server-target.ts';

const sample = useSample();
const EVENT = ['Event', 'presence'] as const;

it('takes a subscription with createUAS, notifies in its dialog, and ends it', async () => {
  const { application, peer, routed, server } = sample();
  const app = await application();
  const alice = await peer();
  const dialogs: Srf.Dialog[] = [];
  on(app.srf, 'subscribe', (req, res) => {
    void app.srf
      .createUAS(req, res, { headers: { Expires: '3600' } } as never)
      .then((dialog) => void dialogs.push(dialog));
  });
  await routed(app);
  const subscribe = freshRequest(alice, 'SUBSCRIBE', server, { headers: [EVENT, ['Expires', '3600']] });
  alice.send(subscribe);
  const ok = await alice.response(202, 'SUBSCRIBE');
  expect(ok.headers.get('contact')).toMatch(/^<sip:/);
  const dialog = await waitUntil(() => dialogs[0], { what: 'the dialog' });
  const notified = dialog.request({
    method: 'NOTIFY',
    headers: { Event: 'presence', 'Subscription-State': 'active', 'Content-Type': 'text/plain' },
    body: 'here',
  } as never);
  const notify = await alice.request('NOTIFY');
  expect(notify.headers.get('call-id')).toBe(subscribe.headers.get('call-id'));
  expect(notify.headers.get('to')).toBe(subscribe.headers.get('from'));
  expect(notify.headers.get('from')).toBe(ok.headers.get('to'));
  expect(notify.body.toString()).toBe('here');
  reply(alice, notify, 200);
  expect((await notified) as unknown as { status: number }).toMatchObject({ status: 200 });

  // The subscriber renews, and the application is asked in the dialog.
  dialog.on('subscribe' as never, ((_req: unknown, res: Srf.SrfResponse) => void res.send(200)) as never);
  alice.send(followUp(subscribe, ok, 'SUBSCRIBE', 2, { headers: [EVENT, ['Expires', '1800']] }));
  await alice.response(200, 'SUBSCRIBE');
  void dialog.destroy();
  const last = await alice.request('NOTIFY');
  expect(last.headers.get('subscription-state')).toBe('terminated');
  reply(alice, last, 200);
});

it('subscribes with createUAC and hears NOTIFY in the dialog', async () => {
  const { application, peer, target } = sample();
  const app = await application();
  const bob = await peer();
  const subscribing = app.srf.createUAC(bob.uri, {
    method: 'SUBSCRIBE',
    headers: { Event: 'presence', Expires: '600' },
  } as never);
  const subscribe = await bob.request('SUBSCRIBE');
  expect(subscribe.headers.get('contact')).toMatch(/^<sip:/);
  const answer = reply(bob, subscribe, 202, { headers: [['Expires', '600']] });
  const dialog = await subscribing;
  const heard: string[] = [];
  dialog.on('notify', (req: Srf.SrfRequest, res: Srf.SrfResponse) => {
    heard.push(String(req.get('Subscription-State')));
    res.send(200);
  });
  for (const [index, state] of ['active', 'terminated'].entries()) {
    const notify = callback(bob, subscribe, answer, 'NOTIFY', index + 1);
    notify.headers.append('Event', 'presence').append('Subscription-State', state);
    bob.send(notify);
    // drachtio-server ends the dialog at the last NOTIFY, before the application has answered it, and says 500.
    await bob.response(target.ours || state === 'active' ? 200 : 500, 'NOTIFY');
  }
  expect(heard).toEqual(['active', 'terminated']);
});

onOurs('drachtio-server refuses a NOTIFY that overtakes the answer to its SUBSCRIBE, as RFC 6665 §4.1.2.4 forbids')(
  'gives the NOTIFY that overtakes the answer to SUBSCRIBE to the dialog all the same',
  async () => {
    const { application, peer } = sample();
    const app = await application();
    const bob = await peer();
    const heard: string[] = [];
    const options = { method: 'SUBSCRIBE', headers: { Event: 'presence' } } as never;
    app.srf.createUAC(bob.uri, options, {}, (_error: unknown, dialog: Srf.Dialog) => {
      dialog.on('notify', (_req: Srf.SrfRequest, res: Srf.SrfResponse) => {
        heard.push('notify');
        res.send(200);
      });
    });
    const subscribe = await bob.request('SUBSCRIBE');
    const answer = reply(bob, subscribe, 100, { tag: 'theirs' });
    answer.headers.set('To', `${subscribe.headers.get('to')};tag=theirs`);
    const notify = callback(bob, subscribe, answer, 'NOTIFY', 1);
    notify.headers.append('Event', 'presence').append('Subscription-State', 'terminated');
    bob.send(notify);
    reply(bob, subscribe, 202, { tag: 'theirs' });
    await bob.response(200, 'NOTIFY');
    expect(heard).toEqual(['notify']);
  },
);
