import { waitUntil } from '@trunkline/testkit/wait-until';
import type Srf from 'drachtio-srf';
import { expect, it } from 'vitest';
import { ackOfFailure, type BarePeer, cancelOf, followUp, freshRequest, reply, SDP } from './sip-server-peer.ts';
import { useSample } from './sip-server-sample.ts';
import { onOurs } from './sip-server-target.ts';

const sample = useSample();

interface Results {
  readonly connected: boolean;
  readonly finalStatus: number;
  readonly responses: readonly { readonly msgs: readonly { readonly status: number }[] }[];
}

/** The sample of drachtio-srf's README, with the targets and options of a test. */
async function proxyTo(
  targets: readonly BarePeer[],
  options: object,
): Promise<{ alice: BarePeer; results: Results[] }> {
  const { application, peer, routed } = sample();
  const app = await application();
  const results: Results[] = [];
  app.srf.invite((req) => {
    const destinations = targets.map(({ uri }) => uri);
    const proxied = app.srf.proxyRequest(req, destinations, options as Srf.ProxyRequestOptions) as unknown;
    void (proxied as Promise<Results>).then((result) => void results.push(result));
  });
  await routed(app);
  return { alice: await peer(), results };
}

it('is passed on with Record-Route, and so is what follows in its dialog', async () => {
  const bob = await sample().peer();
  const { alice, results } = await proxyTo([bob], { recordRoute: true, headers: { Subject: 'proxied' } });
  const invite = freshRequest(alice, 'INVITE', sample().server, { body: SDP(4000) });
  alice.send(invite);
  await alice.response(100);
  const forwarded = await bob.request('INVITE');
  expect(forwarded.uri).toBe(bob.uri);
  expect(forwarded.headers.list('via')).toHaveLength(2);
  expect(forwarded.headers.get('max-forwards')).toBe('69');
  expect(forwarded.headers.get('call-id')).toBe(invite.headers.get('call-id'));
  expect(forwarded.headers.get('subject')).toBe('proxied');
  expect(forwarded.body.toString()).toBe(SDP(4000));
  reply(bob, forwarded, 180);
  await alice.response(180);
  reply(bob, forwarded, 200, { body: SDP(5000) });
  const ok = await alice.response(200, 'INVITE');
  expect(ok.headers.list('via')).toHaveLength(1);
  await waitUntil(() => results.length > 0, { what: 'the results' });
  expect(results[0]).toMatchObject({ connected: true, finalStatus: 200 });

  const routes = ok.headers.list('record-route').reverse();
  expect(routes.length).toBeGreaterThan(0);
  const route = routes.map((value) => ['Route', value] as const);
  alice.send(followUp(invite, ok, 'ACK', 1, { headers: route }));
  const ack = await bob.request('ACK');
  expect(ack.headers.has('route')).toBe(false);
  alice.send(followUp(invite, ok, 'INFO', 2, { headers: route }));
  reply(bob, await bob.request('INFO'), 200);
  await alice.response(200, 'INFO');
  alice.send(followUp(invite, ok, 'BYE', 3, { headers: route }));
  reply(bob, await bob.request('BYE'), 200);
  await alice.response(200, 'BYE');
});

it('tries the next target when the first refuses, and tells the application of both', async () => {
  const [bob, carol] = [await sample().peer(), await sample().peer()];
  const { alice, results } = await proxyTo([bob, carol], {});
  const invite = freshRequest(alice, 'INVITE', sample().server, { body: SDP(4000) });
  alice.send(invite);
  reply(bob, await bob.request('INVITE'), 486);
  await bob.request('ACK');
  const second = await carol.request('INVITE');
  reply(carol, second, 200, { body: SDP(5000) });
  const ok = await alice.response(200, 'INVITE');
  // Without Record-Route the ACK goes straight to the callee.
  expect(ok.headers.has('record-route')).toBe(false);
  await waitUntil(() => results.length > 0, { what: 'the results' });
  const statuses = results[0]?.responses.flatMap(({ msgs }) => msgs.map(({ status }) => status));
  expect([results[0]?.connected, statuses]).toEqual([true, [486, 200]]);
});

it('rings several at once, takes the first that answers and cancels the others', async () => {
  const [bob, carol] = [await sample().peer(), await sample().peer()];
  const { alice } = await proxyTo([bob, carol], { forking: 'simultaneous' });
  const invite = freshRequest(alice, 'INVITE', sample().server, { body: SDP(4000) });
  alice.send(invite);
  const [first, second] = [await bob.request('INVITE'), await carol.request('INVITE')];
  reply(bob, first, 180);
  reply(carol, second, 180);
  await alice.response(180);
  reply(carol, second, 200, { body: SDP(5000) });
  await alice.response(200, 'INVITE');
  reply(bob, await bob.request('CANCEL'), 200);
  reply(bob, first, 487);
  await bob.request('ACK');
});

it('gives the best response when all refuse', async () => {
  const [bob, carol] = [await sample().peer(), await sample().peer()];
  const { alice } = await proxyTo([bob, carol], { forking: 'simultaneous' });
  const invite = freshRequest(alice, 'INVITE', sample().server, { body: SDP(4000) });
  alice.send(invite);
  reply(bob, await bob.request('INVITE'), 404);
  reply(carol, await carol.request('INVITE'), 503);
  alice.send(ackOfFailure(invite, await alice.response(404, 'INVITE')));
  await bob.request('ACK');
  await carol.request('ACK');
});

it('carries CANCEL to the target', async () => {
  const bob = await sample().peer();
  const { alice } = await proxyTo([bob], {});
  const invite = freshRequest(alice, 'INVITE', sample().server, { body: SDP(4000) });
  alice.send(invite);
  const forwarded = await bob.request('INVITE');
  reply(bob, forwarded, 180);
  await alice.response(180);
  alice.send(cancelOf(invite));
  await alice.response(200, 'CANCEL');
  reply(bob, await bob.request('CANCEL'), 200);
  reply(bob, forwarded, 487);
  await bob.request('ACK');
  alice.send(ackOfFailure(invite, await alice.response(487, 'INVITE')));
});

it('follows a redirection', async () => {
  const [bob, carol] = [await sample().peer(), await sample().peer()];
  const { alice } = await proxyTo([bob], { followRedirects: true });
  const invite = freshRequest(alice, 'INVITE', sample().server, { body: SDP(4000) });
  alice.send(invite);
  const first = await bob.request('INVITE');
  const moved = reply(bob, first, 100);
  moved.headers.set('Contact', `<${carol.uri}>`);
  bob.send({
    ...moved,
    status: 302,
    reason: 'Moved',
    headers: moved.headers.set('To', `${first.headers.get('to')};tag=x`),
  });
  await bob.request('ACK');
  const second = await carol.request('INVITE');
  expect(second.uri).toBe(carol.uri);
  reply(carol, second, 200, { body: SDP(5000) });
  await alice.response(200, 'INVITE');
});

it('goes on to the next target after the provisional timeout', async () => {
  const [bob, carol] = [await sample().peer(), await sample().peer()];
  const { alice } = await proxyTo([bob, carol], { provisionalTimeout: '200ms' });
  alice.send(freshRequest(alice, 'INVITE', sample().server, { body: SDP(4000) }));
  await bob.request('INVITE');
  reply(carol, await carol.request('INVITE'), 200, { body: SDP(5000) });
  await alice.response(200, 'INVITE');
});

onOurs('drachtio-server believes any Route that names it')(
  'passes on nothing for a Route that somebody made up',
  async () => {
    const [alice, bob] = [await sample().peer(), await sample().peer()];
    const request = freshRequest(alice, 'BYE', bob.uri);
    request.headers.set('To', '<sip:bob@x>;tag=there');
    request.headers.append('Route', `<${sample().server.replace('app@', '')};lr;tl=00000000000000000000>`);
    alice.send(request);
    await alice.response(481, 'BYE');
    expect(bob.received).toEqual([]);
  },
);
