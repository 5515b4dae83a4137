import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { freePort } from '@trunkline/testkit/free-port';
import { afterEach, describe, expect, it } from 'vitest';
import { Fault } from '../fault.ts';
import { bindError } from './can-bind.ts';
import { chooseAddresses, takenSentence, wantedAddresses } from './choose-addresses.ts';
import { endpointNames, endpoints } from './endpoints.ts';
import { socketInodes } from './port-holder.ts';

const servers: Server[] = [];

async function hold(): Promise<number> {
  const server = createServer();
  servers.push(server);
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return port;
}

/** Moves every endpoint to a free port, so that what else runs on the machine does not matter. */
async function movedAway(): Promise<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const name of endpointNames) {
    const text = `127.0.0.1:${await freePort()}`;
    entries.push([endpoints[name].variable, name === 'nats' ? `nats://${text}` : text]);
  }
  return Object.fromEntries(entries);
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('the environment', () => {
  it('moves an address, in the form that the services read too', () => {
    const env = {
      TRUNKLINE_SIP_LISTEN: 'udp/127.0.0.5:5070,tcp/127.0.0.5:5070',
      TRUNKLINE_NATS_URL: 'nats://127.0.0.6:1',
    };
    const addresses = wantedAddresses(env);
    expect(addresses.sip).toEqual({ host: '127.0.0.5', port: 5_070 });
    expect(addresses.nats).toEqual({ host: '127.0.0.6', port: 1 });
    expect(addresses.config).toEqual(endpoints.config.usual);
  });

  it('is refused with all its faults at once', () => {
    const env = { TRUNKLINE_CONFIG_LISTEN: '8080', TRUNKLINE_POSTGRES: '127.0.0.1:0' };
    expect(() => wantedAddresses(env)).toThrowError(
      expect.objectContaining({
        details: [expect.stringMatching(/^TRUNKLINE_CONFIG_LISTEN /), expect.stringMatching(/^TRUNKLINE_POSTGRES /)],
      }),
    );
  });
});

it('says who holds a port of ours that people use, and which variable moves it', async () => {
  const port = await hold();
  const env = { ...(await movedAway()), TRUNKLINE_CONFIG_LISTEN: `127.0.0.1:${port}` };
  const choice = chooseAddresses('usual', env, 0);
  await expect(choice).rejects.toThrow(Fault);
  await expect(choice).rejects.toThrow(
    new RegExp(
      `^TCP 127\\.0\\.0\\.1:${port} for the config API is in use by .*process ${process.pid}\\); set TRUNKLINE_CONFIG_LISTEN to`,
    ),
  );
});

it('does not replace an internal port that the environment asks for', async () => {
  const port = await hold();
  const env = { ...(await movedAway()), TRUNKLINE_NATS_URL: `nats://127.0.0.1:${port}` };
  await expect(chooseAddresses('usual', env, 0)).rejects.toThrow(/set TRUNKLINE_NATS_URL to another address/);
});

it('chooses ports that nobody has and that differ, when asked for free ones', async () => {
  const { addresses, notes } = await chooseAddresses('free', { TRUNKLINE_CONFIG_LISTEN: 'ignored' }, 8_995);
  const ports = endpointNames.map((name) => addresses[name].port);
  expect(new Set(ports).size).toBe(endpointNames.length);
  expect(notes).toEqual([]);
  for (const name of endpointNames) expect(await bindError('tcp', addresses[name])).toBeUndefined();
});

it.each([
  [
    'EADDRINUSE',
    'UDP 127.0.0.1:5060 for SIP is in use by another process; set TRUNKLINE_SIP_LISTEN to another address.',
  ],
  [
    'EACCES',
    'UDP 127.0.0.1:5060 for SIP needs rights that this user does not have; set TRUNKLINE_SIP_LISTEN to another address.',
  ],
  [
    'EADDRNOTAVAIL',
    'UDP 127.0.0.1:5060 for SIP is not an address of this machine; set TRUNKLINE_SIP_LISTEN to another address.',
  ],
])('explains %s in one sentence', (code, sentence) => {
  expect(takenSentence(endpoints.sip, endpoints.sip.usual, { kind: 'udp', code }, undefined)).toBe(sentence);
});

it('finds the inodes of a port in the text of /proc/net/tcp, of listening sockets only', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:13C4 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0',
    '   1: 0100007F:13C4 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0',
    '   2: 0100007F:13C5 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0',
  ].join('\n');
  expect(socketInodes(table, 5_060, true)).toEqual(['111']);
  expect(socketInodes(table, 5_060, false)).toEqual(['111', '222']);
});
