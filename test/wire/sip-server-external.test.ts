import { freePort } from '@trunkline/testkit/free-port';
import { expect } from 'vitest';
import { freshRequest, openPeer, reply, SDP } from './sip-server-peer.ts';
import { ask } from './sip-server-sample.ts';
import { onOurs, startTarget, T1_MS } from './sip-server-target.ts';

onOurs('the test starts a server with a public address')(
  'a listener behind NAT shows its public address in Via, Contact and From, and answers where it was asked',
  async () => {
    const port = await freePort();
    const target = await startTarget(T1_MS, {
      TRUNKLINE_SIP_LISTEN: `udp/127.0.0.1:${port};external=203.0.113.5:5070`,
    });
    const place = { host: '127.0.0.1', port };
    const [alice, bob] = [await openPeer('udp', place), await openPeer('udp', place)];
    const app = await target.application();
    try {
      const asked = ask(app.srf, bob.uri, { method: 'OPTIONS', headers: { from: 'sip:me@localhost' } });
      const options = await bob.request('OPTIONS');
      expect(options.headers.get('via')).toMatch(/^SIP\/2\.0\/UDP 203\.0\.113\.5:5070;/);
      expect(options.headers.get('from')).toMatch(/^sip:me@203\.0\.113\.5:5070;/);
      reply(bob, options, 200);
      expect(await asked).toBe(200);
      const calling = app.srf.createUAC(bob.uri, { localSdp: SDP(4000) });
      const invite = await bob.request('INVITE');
      expect(invite.headers.get('contact')).toBe('<sip:203.0.113.5:5070>');
      reply(bob, invite, 486);
      await expect(calling).rejects.toMatchObject({ status: 486 });
      await expect(app.srf.createUAC('sip:me@203.0.113.5:5070', { localSdp: SDP(4000) })).rejects.toThrow(
        'can not send request to myself',
      );
      alice.send(freshRequest(alice, 'BYE', 'sip:203.0.113.5:5070'));
      await alice.response(481, 'BYE');
    } finally {
      app.close();
      await Promise.all([alice.close(), bob.close()]);
      await target.stop();
    }
  },
);
