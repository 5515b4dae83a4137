import { freePort } from '@trunkline/testkit/free-port';
import { expect } from 'vitest';
import { openPeer, reply, SDP } from './sip-server-peer.ts';
import { ask } from './sip-server-sample.ts';
import { onOurs, startTarget, T1_MS } from './sip-server-target.ts';

onOurs('the test starts a server with a listener of its own kind')(
  'requests that ask for it leave from the fixed listener, also inside their dialog; others do not',
  async () => {
    const [usual, fixed] = [await freePort('127.0.0.2'), await freePort('127.0.0.3')];
    const target = await startTarget(T1_MS, {
      TRUNKLINE_SIP_LISTEN: `udp/127.0.0.3:${fixed};fixed,udp/127.0.0.2:${usual}`,
    });
    const bob = await openPeer('udp', { host: '127.0.0.2', port: usual });
    const app = await target.application();
    const headers = { 'Trunkline-Listener': 'fixed' };
    try {
      const plain = ask(app.srf, bob.uri, { method: 'OPTIONS' });
      const first = await bob.request('OPTIONS');
      expect(first.headers.get('via')).toContain(` 127.0.0.2:${usual};`);
      reply(bob, first, 200);
      expect(await plain).toBe(200);

      const calling = app.srf.createUAC(bob.uri, { localSdp: SDP(4000), headers });
      const invite = await bob.request('INVITE');
      expect(invite.headers.get('via')).toContain(` 127.0.0.3:${fixed};`);
      expect(invite.headers.get('contact')).toBe(`<sip:127.0.0.3:${fixed}>`);
      expect(invite.headers.has('trunkline-listener')).toBe(false);
      reply(bob, invite, 200, { body: SDP(5000) });
      const dialog = await calling;
      expect((await bob.request('ACK')).headers.get('via')).toContain(` 127.0.0.3:${fixed};`);
      void dialog.destroy();
      const bye = await bob.request('BYE');
      expect(bye.headers.get('via')).toContain(` 127.0.0.3:${fixed};`);
      reply(bob, bye, 200);
    } finally {
      app.close();
      await bob.close();
      await target.stop();
    }
  },
);
