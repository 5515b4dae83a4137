import { connect, type Socket } from 'node:net';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freshRequest, openPeer } from './sip-server-peer.ts';
import { assertNoCalls, assertNothingLeft, onOurs, startTarget, type Target } from './sip-server-target.ts';

let target: Target;
let sockets: Socket[] = [];

beforeAll(async () => {
  target = await startTarget();
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await assertNoCalls(target);
});

afterAll(async () => {
  await assertNothingLeft(target);
  await target.stop();
});

/** A connection that says exactly what the test says, and cuts what comes back into frames. */
async function raw() {
  const socket = connect(target.control.port, target.control.host);
  sockets.push(socket);
  let text = '';
  let closed = false;
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  const frames = (): string[] => {
    const found: string[] = [];
    for (let at = 0; at < text.length; ) {
      const hash = text.indexOf('#', at);
      const length = Number(text.slice(at, hash));
      if (hash < 0 || !Number.isInteger(length)) throw new Error('the framing is broken');
      if (hash + 1 + length > text.length) break;
      found.push(text.slice(hash + 1, hash + 1 + length));
      at = hash + 1 + length;
    }
    return found;
  };
  return {
    socket,
    frames,
    send: (payload: string) => socket.write(`${Buffer.byteLength(payload)}#${payload}`),
    frame: (answered: string) =>
      waitUntil(() => frames().find((frame) => frame.includes(`|response|${answered}|`)), {
        what: `the answer to ${answered}`,
        found: () => text.slice(-300),
      }),
    end: () => waitUntil(() => closed, { what: 'the connection to be closed' }),
  };
}

describe('the control protocol', () => {
  it('answers a good secret with addresses and a version that drachtio-srf pings', async () => {
    const client = await raw();
    client.send(`1|authenticate|${target.secret}|some,tags`);
    const fields = (await client.frame('1')).split('|').slice(3);
    expect(fields).toHaveLength(4);
    expect(fields[1]).toMatch(/(udp|tcp)\/127\.0\.0\.1:\d+/);
    expect(fields[2]).toMatch(/^v(\d+)\.(\d+)\.(\d+)/);
    client.send('2|ping');
    expect(await client.frame('2')).toMatch(/\|OK\|pong$/);
    client.send('3|route|invite');
    client.send('4|route|invite');
    client.send('5|remove_route|invite');
    for (const id of ['3', '4', '5']) expect(await client.frame(id)).toMatch(/\|OK$/);
  });

  it('refuses a wrong secret and closes', async () => {
    const client = await raw();
    client.send('1|authenticate|guess|');
    expect(await client.frame('1')).toMatch(/\|NO\|incorrect secret$/);
    await client.end();
  });

  onOurs('drachtio-server does what an application asks before it has shown the secret').each([
    'route|invite',
    'ping',
    'sip||\r\nOPTIONS sip:x@127.0.0.1:9 SIP/2.0\r\n\r\n',
    'nonsense',
  ])('closes on %j before authentication, without an answer', async (message) => {
    const client = await raw();
    client.send(`1|${message}`);
    await client.end();
    expect(client.frames()).toEqual([]);
  });

  const closesOn = async (bytes: string): Promise<void> => {
    const client = await raw();
    client.socket.write(bytes);
    await client.end();
  };

  it.each(['x#1|ping', '99999999#', '1234567890'])('closes on the broken frame %j', closesOn);

  onOurs('drachtio-server takes an empty length for 0 and reads on')('closes on a frame without a length', () =>
    closesOn('#1|ping'),
  );

  it('answers an unknown message with NO and closes', async () => {
    const client = await raw();
    client.send(`1|authenticate|${target.secret}|`);
    client.send('2|dance');
    expect(await client.frame('2')).toMatch(/\|NO\|Unknown message type$/);
    await client.end();
  });

  onOurs('drachtio-server has a buffer of 12,228 bytes: a longer frame blocks its connection for ever')(
    'takes frames of any size, in bursts and in pieces',
    async () => {
      const client = await raw();
      client.send(`1|authenticate|${target.secret}|`);
      await client.frame('1');
      const place = await target.sip('udp');
      const peer = await openPeer('udp', place);
      const big = `sip||\r\nMESSAGE ${peer.uri} SIP/2.0\r\nContent-Type: text/plain\r\n\r\n${'€'.repeat(6_000)}`;
      const payloads = Array.from({ length: 20 }, (_, index) => `big${index}|${big}`);
      const stream = Buffer.from(payloads.map((payload) => `${Buffer.byteLength(payload)}#${payload}`).join(''));
      for (let at = 0; at < stream.length; at += 7_919) client.socket.write(stream.subarray(at, at + 7_919));
      for (let index = 0; index < 20; index += 1)
        expect(await client.frame(`big${index}`)).toMatch(/\|OK\|application\|/);
      const arrived = await peer.request('MESSAGE');
      expect(arrived.body.toString()).toBe('€'.repeat(6_000));
      expect(arrived.headers.get('content-length')).toBe('18000');
      await peer.close();
      client.send('2|ping');
      await client.frame('2');
    },
  );

  onOurs('drachtio-server writes frames into one another when an application does not read')(
    'keeps its frames whole for an application that does not read, and refuses what it cannot queue',
    async () => {
      const client = await raw();
      client.send(`1|authenticate|${target.secret}|`);
      client.send('2|route|options');
      await client.frame('2');
      client.socket.pause();
      const place = await target.sip('tcp');
      const peer = await openPeer('tcp', place);
      const uri = `sip:x@${place.host}:${place.port}`;
      const padding = 'p'.repeat(8_000);
      // Twice the kernel's buffers and the bound of the queue: 503 comes before memory is full.
      for (let sent = 0; sent < 2_000; sent += 1) {
        peer.send(freshRequest(peer, 'OPTIONS', uri, { headers: [['X-Padding', padding]] }));
      }
      const refused = await peer.response(503, 'OPTIONS', 20_000);
      expect(refused.headers.get('retry-after')).toBe('5');
      client.socket.resume();
      await waitUntil(() => client.frames().filter((frame) => frame.includes('|sip|network|')).length > 100, {
        what: 'the frames that were queued',
      });
      for (const frame of client.frames().filter((one) => one.includes('|sip|network|'))) {
        expect(frame).toMatch(
          /^\w+\|sip\|network\|\d+\|tcp\|127\.0\.0\.1\|\d+\|\d\d:\d\d:\d\d\.\d{6}\|\w+\|\|127\.0\.0\.1\|\d+\|\r\nOPTIONS /,
        );
      }
      client.send('3|ping');
      await client.frame('3');
      client.socket.destroy();
      // 500 to everything that the lost application was to answer.
      await waitUntil(() => peer.received.length === 2_000, {
        what: 'every request to be answered',
        deadline_ms: 20_000,
      });
      await peer.close();
    },
  );

  it('names a transaction that it does not know, and a dialog', async () => {
    const client = await raw();
    client.send(`1|authenticate|${target.secret}|`);
    client.send('2|sip|no-such-transaction|\r\nSIP/2.0 200 OK\r\n\r\n');
    expect(await client.frame('2')).toMatch(/\|NOK\|Response not sent due to unknown transaction$/);
    client.send('3|sip||no-such-dialog\r\nBYE sip:placeholder SIP/2.0\r\n\r\n');
    expect(await client.frame('3')).toMatch(/\|NOK\|.*unable to find dialog/);
    client.send('4|sip|no-such-transaction|\r\nCANCEL sip:x SIP/2.0\r\n\r\n');
    expect(await client.frame('4')).toMatch(/\|NOK\|unable to cancel unknown transaction id/);
    client.send('5|sip||\r\nINVITE not-a-uri SIP/2.0\r\n\r\n');
    expect(await client.frame('5')).toMatch(/\|NOK\|invalid request-uri/);
    client.send('6|sip||\r\nMESSAGE sip:x@127.0.0.1:9 SIP/2.0\r\n\r\nhello');
    expect(await client.frame('6')).toMatch(/\|NOK\|missing content-type/);
  });
});
