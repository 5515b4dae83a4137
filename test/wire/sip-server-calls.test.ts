import type { SipMessage } from '@trunkline/sip/message';
import { waitUntil } from '@trunkline/testkit/wait-until';
import type Srf from 'drachtio-srf';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  ackOfFailure,
  type BarePeer,
  callback,
  cancelOf,
  followUp,
  freshRequest,
  openPeer,
  reply,
  SDP,
} from './sip-server-peer.ts';
import {
  type Application,
  assertNoCalls,
  assertNothingLeft,
  onOurs,
  startTarget,
  T1_MS,
  type Target,
} from './sip-server-target.ts';

let target: Target;
let open: { close(): unknown }[] = [];

beforeAll(async () => {
  target = await startTarget();
});

afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
  await assertNoCalls(target);
});

afterAll(async () => {
  await assertNothingLeft(target);
  await target.stop();
});

const TWO_HUNDRED_AGAIN =
  'drachtio-server sends a 200 again over UDP only, and counts its timers in the default T1: RFC 3261 §13.3.1.4';

const keep = <T extends { close(): unknown }>(one: T): T => {
  open.push(one);
  return one;
};

async function world(
  transport: 'udp' | 'tcp',
): Promise<{ app: Application; alice: BarePeer; bob: BarePeer; to: string }> {
  const place = await target.sip(transport);
  const app = keep(await target.application());
  const to = `sip:bob@${place.host}:${place.port}${transport === 'tcp' ? ';transport=tcp' : ''}`;
  return { app, alice: keep(await openPeer(transport, place)), bob: keep(await openPeer(transport, place)), to };
}

/** The sample of drachtio-srf's README. */
function bridge(srf: Srf, callee: string): { failures: unknown[]; calls: { uas: Srf.Dialog; uac: Srf.Dialog }[] } {
  const seen: { failures: unknown[]; calls: { uas: Srf.Dialog; uac: Srf.Dialog }[] } = { failures: [], calls: [] };
  srf.invite((req, res) => {
    srf
      .createB2BUA(req, res, callee, { localSdpB: req.body, passFailure: true })
      .then(({ uas, uac }) => {
        seen.calls.push({ uas, uac });
        uas.on('destroy', () => uac.destroy());
        uac.on('destroy', () => uas.destroy());
      })
      .catch((error: unknown) => seen.failures.push(error));
  });
  return seen;
}

describe.each(['udp', 'tcp'] as const)('a call through createB2BUA over %s', (transport) => {
  it('is set up and ended by the caller', async () => {
    const { app, alice, bob, to } = await world(transport);
    bridge(app.srf, bob.uri);
    await routed(app);
    const invite = freshRequest(alice, 'INVITE', to, { body: SDP(4000) });
    alice.send(invite);
    await alice.response(100);
    const legB = await bob.request('INVITE');
    expect(legB.body.toString()).toBe(SDP(4000));
    reply(bob, legB, 180);
    const ringing = await alice.response(180);
    expect(ringing.headers.get('to')).toMatch(/;tag=/);
    const answerB = reply(bob, legB, 200, { body: SDP(5000) });
    const ok = await alice.response(200, 'INVITE');
    expect(ok.body.toString()).toBe(SDP(5000));
    expect(ok.headers.get('to')).toBe(ringing.headers.get('to'));
    expect(ok.headers.get('contact')).toMatch(/^<sip:/);
    alice.send(followUp(invite, ok, 'ACK', 1));
    const ackB = await bob.request('ACK');
    expect(ackB.headers.get('to')).toBe(answerB.headers.get('to'));
    alice.send(followUp(invite, ok, 'BYE', 2));
    await alice.response(200, 'BYE');
    reply(bob, await bob.request('BYE'), 200);
  });

  it('is ended by the callee', async () => {
    const { app, alice, bob, to } = await world(transport);
    bridge(app.srf, bob.uri);
    await routed(app);
    const { legB, answerB } = await establish(alice, bob, to);
    bob.send(callback(bob, legB, answerB, 'BYE', 1));
    await bob.response(200, 'BYE');
    reply(alice, await alice.request('BYE'), 200);
  });

  it('is refused by the callee, with its status', async () => {
    const { app, alice, bob, to } = await world(transport);
    const seen = bridge(app.srf, bob.uri);
    await routed(app);
    const invite = freshRequest(alice, 'INVITE', to, { body: SDP(4000) });
    alice.send(invite);
    reply(bob, await bob.request('INVITE'), 486);
    await bob.request('ACK');
    alice.send(ackOfFailure(invite, await alice.response(486)));
    await waitUntil(() => seen.failures.length === 1, { what: 'the application to hear of it' });
  });

  it('carries a re-INVITE and an INFO', async () => {
    const { app, alice, bob, to } = await world(transport);
    const seen = bridge(app.srf, bob.uri);
    await routed(app);
    const { invite, ok } = await establish(alice, bob, to);
    const { uas } = await waitUntil(() => seen.calls[0], { what: 'the call' });
    uas.on('info', (_req, res) => res.send(200, { headers: { 'X-Heard': 'yes' } }));
    alice.send(followUp(invite, ok, 'INFO', 2, { body: 'digit' }));
    expect((await alice.response(200, 'INFO')).headers.get('x-heard')).toBe('yes');
    uas.on('modify', (_req, res) => res.send(200, { body: SDP(7000) }));
    alice.send(followUp(invite, ok, 'INVITE', 3, { body: SDP(4002) }));
    const again = await alice.response(200, 'INVITE');
    expect(again.body.toString()).toBe(SDP(7000));
    alice.send(followUp(invite, again, 'ACK', 3));
    alice.send(followUp(invite, ok, 'BYE', 4));
    await alice.response(200, 'BYE');
    reply(bob, await bob.request('BYE'), 200);
  });
});

describe('CANCEL', () => {
  it('before the application said anything: 200, 487, and the callee hears CANCEL', async () => {
    const { app, alice, to } = await world('udp');
    let cancelled = false;
    app.srf.invite((req) => {
      req.on('cancel', () => {
        cancelled = true;
      });
    });
    await routed(app);
    const invite = freshRequest(alice, 'INVITE', to, { body: SDP(4000) });
    alice.send(invite);
    await alice.response(100);
    alice.send(cancelOf(invite));
    await alice.response(200, 'CANCEL');
    alice.send(ackOfFailure(invite, await alice.response(487, 'INVITE')));
    await waitUntil(() => cancelled, { what: 'the cancel event' });
  });

  it('while it rings: the CANCEL goes on to the callee with its own branch', async () => {
    const { app, alice, bob, to } = await world('udp');
    bridge(app.srf, bob.uri);
    await routed(app);
    const invite = freshRequest(alice, 'INVITE', to, { body: SDP(4000) });
    alice.send(invite);
    const legB = await bob.request('INVITE');
    reply(bob, legB, 180);
    await alice.response(180);
    alice.send(cancelOf(invite));
    await alice.response(200, 'CANCEL');
    alice.send(ackOfFailure(invite, await alice.response(487, 'INVITE')));
    const cancel = await bob.request('CANCEL');
    expect(cancel.headers.get('via')).toBe(legB.headers.get('via'));
    reply(bob, cancel, 200);
    reply(bob, legB, 487);
    await bob.request('ACK');
  });

  it('is held until the callee was heard, RFC 3261 §9.1', async () => {
    const { app, alice, bob, to } = await world('udp');
    bridge(app.srf, bob.uri);
    await routed(app);
    const invite = freshRequest(alice, 'INVITE', to, { body: SDP(4000) });
    alice.send(invite);
    const legB = await bob.request('INVITE');
    alice.send(cancelOf(invite));
    alice.send(ackOfFailure(invite, await alice.response(487, 'INVITE')));
    // One retransmission of leg B's INVITE is more than enough for a CANCEL to have come.
    await bob.request('INVITE');
    expect(bob.received.some((one) => one.kind === 'request' && one.method === 'CANCEL')).toBe(false);
    reply(bob, legB, 100);
    reply(bob, await bob.request('CANCEL'), 200);
    reply(bob, legB, 487);
    await bob.request('ACK');
  });

  it('crosses the 200 of the callee: ACK, then BYE by the server', async () => {
    const { app, alice, bob, to } = await world('udp');
    bridge(app.srf, bob.uri);
    await routed(app);
    const invite = freshRequest(alice, 'INVITE', to, { body: SDP(4000) });
    alice.send(invite);
    const legB = await bob.request('INVITE');
    reply(bob, legB, 180);
    await alice.response(180);
    alice.send(cancelOf(invite));
    reply(bob, await bob.request('CANCEL'), 200);
    reply(bob, legB, 200, { body: SDP(5000) });
    await bob.request('ACK');
    const bye = await bob.request('BYE');
    expect(bye.headers.get('reason')).toMatch(/ACK-BYE due to cancel race condition/);
    reply(bob, bye, 200);
    alice.send(ackOfFailure(invite, await alice.response(487, 'INVITE')));
  });

  it('that matches nothing: 481', async () => {
    const { alice, to } = await world('udp');
    alice.send(cancelOf(freshRequest(alice, 'INVITE', to)));
    await alice.response(481, 'CANCEL');
  });
});

describe('an application that calls', () => {
  it('gives its password to a callee that asks for it', async () => {
    const { app, bob } = await world('udp');
    const call = app.srf.createUAC(bob.uri, { localSdp: SDP(4000), auth: { username: 'u', password: 'p' } });
    const first = await bob.request('INVITE');
    reply(bob, first, 407, { headers: [['Proxy-Authenticate', 'Digest realm="r", nonce="n", algorithm=MD5']] });
    await bob.request('ACK');
    const second = await bob.take(
      'an INVITE with credentials',
      (one): one is typeof first =>
        one.kind === 'request' && one.method === 'INVITE' && one.headers.has('proxy-authorization'),
    );
    expect(second.headers.get('call-id')).toBe(first.headers.get('call-id'));
    // RFC 3261 §8.1.1.5 leaves it open where to begin: ours begins at 1, drachtio-server at a number of the clock.
    expect(cseqOf(second)).toBe(cseqOf(first) + 1);
    reply(bob, second, 200, { body: SDP(5000) });
    const dialog = await call;
    await bob.request('ACK');
    dialog.destroy();
    reply(bob, await bob.request('BYE'), 200);
  });

  it('hears 408 when nobody answers, and its ACK is repeated when the 200 is', async () => {
    const { app, bob } = await world('udp');
    const deaf = app.srf.createUAC(bob.uri, { localSdp: SDP(4000) }).catch((error: { status: number }) => error.status);
    await bob.request('INVITE');
    if (target.ours) expect(await deaf).toBe(408);
    const call = app.srf.createUAC(bob.uri, { localSdp: SDP(4000) });
    const invite = await bob.take(
      'another INVITE',
      (one): one is typeof one & { kind: 'request' } =>
        one.kind === 'request' && one.headers.get('call-id') !== bob.received[0]?.headers.get('call-id'),
    );
    const answer = reply(bob, invite, 200, { body: SDP(5000) });
    const ack = await bob.request('ACK');
    bob.send(answer);
    expect((await bob.request('ACK')).headers.get('via')).toBe(ack.headers.get('via'));
    (await call).destroy();
    reply(bob, await bob.request('BYE'), 200);
  });

  it('may not call the server itself', async () => {
    const { app } = await world('udp');
    const { host, port } = await target.sip('udp');
    const call = app.srf.createUAC(`sip:me@${host}:${port}`, { localSdp: SDP(4000) });
    await expect(call).rejects.toThrow('can not send request to myself');
  });

  it('and a second fork that answers is acknowledged and ended', async () => {
    const { app, bob } = await world('udp');
    const call = app.srf.createUAC(bob.uri, { localSdp: SDP(4000) });
    const invite = await bob.request('INVITE');
    reply(bob, invite, 200, { tag: 'one', body: SDP(5000) });
    const dialog = await call;
    await bob.request('ACK');
    if (target.ours) {
      reply(bob, invite, 200, { tag: 'two', body: SDP(5002) });
      expect((await bob.request('ACK')).headers.get('to')).toContain('tag=two');
      const bye = await bob.request('BYE');
      expect(bye.headers.get('to')).toContain('tag=two');
      reply(bob, bye, 200);
    }
    dialog.destroy();
    const bye = await bob.request('BYE');
    expect(bye.headers.get('to')).toContain('tag=one');
    reply(bob, bye, 200);
  });
});

describe('what the server answers itself', () => {
  it.each([
    ['INVITE', 503],
    ['OPTIONS', 503],
    ['BYE', 481],
    ['PRACK', 481],
    ['UPDATE', 481],
  ] as const)('%s without an application: %i', async (method, status) => {
    // drachtio-server drops a PRACK that belongs to nothing; RFC 3262 §3 has it answered.
    if (!target.ours && method === 'PRACK') return;
    const place = await target.sip('udp');
    const alice = keep(await openPeer('udp', place));
    const request = freshRequest(alice, method, `sip:x@${place.host}:${place.port}`);
    alice.send(request);
    const answer = await alice.response(status);
    if (status === 503 && target.ours) expect(answer.headers.get('retry-after')).toBe('5');
    if (method === 'INVITE') alice.send(ackOfFailure(request, answer));
  });

  it('481 to an INVITE in a dialog that is not', async () => {
    const place = await target.sip('udp');
    const alice = keep(await openPeer('udp', place));
    const request = freshRequest(alice, 'INVITE', `sip:x@${place.host}:${place.port}`);
    request.headers.set('To', '<sip:x@y>;tag=gone');
    alice.send(request);
    alice.send(ackOfFailure(request, await alice.response(481)));
  });

  onOurs(TWO_HUNDRED_AGAIN).each(['udp', 'tcp'] as const)(
    '200 again until the ACK over %s, then BYE for want of it',
    async (transport) => {
      const { app, alice, to } = await world(transport);
      const reasons: string[] = [];
      app.srf.invite((req, res) => {
        void app.srf.createUAS(req, res, { localSdp: SDP(5000) }).then((dialog) => {
          dialog.on('destroy', (...args: unknown[]) => void reasons.push(String(args[1])));
        });
      });
      await routed(app);
      alice.send(freshRequest(alice, 'INVITE', to, { body: SDP(4000) }));
      const bye = await alice.request('BYE');
      expect(bye.headers.get('reason')).toMatch(/ACK timeout/);
      expect(alice.received.filter((one) => one.kind === 'response' && one.status === 200).length).toBeGreaterThan(5);
      reply(alice, bye, 200);
      await waitUntil(() => reasons.length === 1, { what: 'destroy' });
      expect(reasons[0]).toMatch(/ACK timeout/);
    },
  );

  onOurs('drachtio-server forgets such an INVITE after 64 s without a word: a caller must hear something')(
    '480 to an INVITE that the application leaves unanswered',
    async () => {
      const { app, alice, to } = await world('udp');
      app.srf.invite(() => {});
      await routed(app);
      const invite = freshRequest(alice, 'INVITE', to, { body: SDP(4000) });
      alice.send(invite);
      alice.send(ackOfFailure(invite, await alice.response(480, 'INVITE', 100 * T1_MS)));
    },
  );

  onOurs('drachtio-server leaves both legs up, and answers their BYE with 481')(
    'BYE on both legs when the application is lost, and 200 to a BYE that is quicker',
    async () => {
      const { app, alice, bob, to } = await world('udp');
      bridge(app.srf, bob.uri);
      await routed(app);
      const { invite, ok } = await establish(alice, bob, to);
      app.close();
      await waitUntil(async () => (await target.alive())['trunkline_sip_control_clients'] === 0, { what: 'the loss' });
      alice.send(followUp(invite, ok, 'INFO', 2));
      await alice.response(503, 'INFO');
      alice.send(followUp(invite, ok, 'BYE', 3));
      await alice.response(200, 'BYE');
      const bye = await bob.request('BYE');
      expect(bye.headers.get('reason')).toMatch(/Application gone/);
      reply(bob, bye, 200);
    },
  );
});

describe('PRACK', () => {
  it('is asked for, matched and answered, and the response is repeated until it comes', async () => {
    const { app, alice, to } = await world('udp');
    app.srf.invite((_req, res) => {
      res.send(183, { headers: { Require: '100rel' }, body: SDP(5000) } as object);
    });
    on(app.srf, 'prack', (_req, res) => {
      res.send(200);
    });
    await routed(app);
    const invite = freshRequest(alice, 'INVITE', to, { body: SDP(4000), headers: [['Supported', '100rel']] });
    alice.send(invite);
    const progress = await alice.response(183);
    await alice.response(183);
    const rseq = progress.headers.get('rseq');
    expect(Number(rseq)).toBeGreaterThan(0);
    alice.send(followUp(invite, progress, 'PRACK', 2, { headers: [['RAck', `${Number(rseq) + 1} 1 INVITE`]] }));
    if (target.ours) await alice.response(481, 'PRACK');
    alice.send(followUp(invite, progress, 'PRACK', 3, { headers: [['RAck', `${rseq} 1 INVITE`]] }));
    await alice.response(200, 'PRACK');
    alice.send(cancelOf(invite));
    alice.send(ackOfFailure(invite, await alice.response(487, 'INVITE')));
  });

  it('is sent by an application that calls', async () => {
    const { app, bob } = await world('udp');
    const call = app.srf.createUAC(bob.uri, { localSdp: SDP(4000), headers: { Supported: '100rel' } });
    const invite = await bob.request('INVITE');
    reply(bob, invite, 183, {
      body: SDP(5000),
      headers: [
        ['Require', '100rel'],
        ['RSeq', '77'],
      ],
    });
    const prack = await bob.request('PRACK');
    expect(prack.headers.get('rack')).toBe(`77 ${cseqOf(invite)} INVITE`);
    reply(bob, prack, 200);
    reply(bob, invite, 200, { body: SDP(5000), tag: /tag=(\w+)/.exec(prack.headers.get('to') ?? '')?.[1] ?? '' });
    const dialog = await call;
    await bob.request('ACK');
    dialog.destroy();
    const bye = await bob.request('BYE');
    expect(cseqOf(bye)).toBeGreaterThan(cseqOf(prack));
    reply(bob, bye, 200);
  });
});

type Handler = (req: Srf.SrfRequest, res: Srf.SrfResponse) => void;

const cseqOf = ({ headers }: SipMessage): number => Number.parseInt(headers.get('cseq') ?? '', 10);

/** The package's types know some of the verbs only. */
function on(srf: Srf, verb: 'prack' | 'options', handler: Handler): void {
  (srf as unknown as Record<string, (handler: Handler) => void>)[verb]?.(handler);
}

/** `srf.invite()` only queues the route; a request that comes before it would meet a server without application. */
async function routed(app: Application): Promise<void> {
  const { host, port } = await target.sip('udp');
  const probe = await openPeer('udp', { host, port });
  on(app.srf, 'options', (_req, res) => {
    res.send(200);
  });
  await waitUntil(
    async () => {
      const request = freshRequest(probe, 'OPTIONS', `sip:${host}:${port}`);
      probe.send(request);
      const own = (one: (typeof probe.received)[number]): one is (typeof probe.received)[number] =>
        one.headers.get('call-id') === request.headers.get('call-id');
      const answer = await probe.take('an answer to OPTIONS', own);
      return answer.kind === 'response' && answer.status === 200;
    },
    { what: 'the routes of the application' },
  );
  await probe.close();
}

async function establish(alice: BarePeer, bob: BarePeer, to: string) {
  const invite = freshRequest(alice, 'INVITE', to, { body: SDP(4000) });
  alice.send(invite);
  const legB = await bob.request('INVITE');
  const answerB = reply(bob, legB, 200, { body: SDP(5000) });
  const ok = await alice.response(200, 'INVITE');
  alice.send(followUp(invite, ok, 'ACK', 1));
  await bob.request('ACK');
  return { invite, ok, legB, answerB };
}
