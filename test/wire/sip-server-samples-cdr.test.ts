import { waitUntil } from '@trunkline/testkit/wait-until';
import type Srf from 'drachtio-srf';
import { expect, it } from 'vitest';
import { ackOfFailure, followUp, freshRequest, reply, SDP } from './sip-server-peer.ts';
import { useSample } from './sip-server-sample.ts';

const sample = useSample();

/** What `srf.on('cdr:…')` is called with: source, time, role or reason where there is one, and the message. */
function record(srf: Srf): string[] {
  const told: string[] = [];
  const listen = srf.on.bind(srf) as (event: string, run: (...args: readonly unknown[]) => void) => void;
  for (const event of ['cdr:attempt', 'cdr:start', 'cdr:stop']) {
    listen(event, (source, _time, ...rest) => {
      const detail = rest.length > 1 ? ` ${String(rest[0])}` : '';
      told.push(`${event} ${String(source)}${detail}`);
    });
  }
  return told;
}

// drachtio-server sends them only where its configuration asks for it: <cdrs>true</cdrs>.
it('an application that asks is told of attempts, starts and stops, on both legs', async () => {
  const { application, peer, routed, server } = sample();
  let told: string[] = [];
  const app = await application([], (srf) => {
    told = record(srf);
  });
  const [alice, bob] = [await peer(), await peer()];
  app.srf.invite((req, res) => {
    void app.srf
      .createB2BUA(req, res, bob.uri, { localSdpB: req.body })
      .then(({ uas, uac }) => {
        uas.on('destroy', () => void uac.destroy());
      })
      .catch(() => {});
  });
  await routed(app);
  const invite = freshRequest(alice, 'INVITE', server, { body: SDP(4000) });
  alice.send(invite);
  reply(bob, await bob.request('INVITE'), 200, { body: SDP(5000) });
  const ok = await alice.response(200, 'INVITE');
  alice.send(followUp(invite, ok, 'ACK', 1));
  await bob.request('ACK');
  alice.send(followUp(invite, ok, 'BYE', 2));
  await alice.response(200, 'BYE');
  reply(bob, await bob.request('BYE'), 200);
  await waitUntil(() => told.length === 6, { what: 'six events', found: () => told.join(', ') });
  expect(told).toEqual([
    'cdr:attempt network',
    'cdr:attempt application',
    'cdr:start network uac',
    'cdr:start application uas',
    'cdr:stop network normal-release',
    'cdr:stop application normal-release',
  ]);

  told.length = 0;
  const refused = freshRequest(alice, 'INVITE', server, { body: SDP(4000) });
  alice.send(refused);
  reply(bob, await bob.request('INVITE'), 486);
  await bob.request('ACK');
  alice.send(ackOfFailure(refused, await alice.response(486)));
  await waitUntil(() => told.length === 4, { what: 'four events', found: () => told.join(', ') });
  expect(told.slice(2)).toEqual(['cdr:stop network call-rejected', 'cdr:stop application call-rejected']);
});
