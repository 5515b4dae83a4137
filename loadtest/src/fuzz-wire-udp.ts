import { createSocket, type Socket } from 'node:dgram';
import { systemClock, type Timer } from '@trunkline/runtime/clock';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { makeMessage } from './fuzz-batch.ts';
import type { FuzzRandom } from './fuzz-random.ts';
import type { FuzzSeeds } from './fuzz-seeds.ts';

/** Datagrams between two questions whether the server has kept up; they fit into the socket's buffer. */
const BURST = 100;
/** INVITEs that are let through, percent: each is a call for the application, which is slower than the server. */
const INVITES = 5;
/** T1. */
const AGAIN_MS = 500;
/** What the server answered lately, to follow it up. */
const MOST_HEARD = 64;

export interface UdpFuzzer {
  /** Resolves when all are sent and the server has read them. */
  send(datagrams: number): Promise<void>;
  readonly heard: number;
  close(): Promise<void>;
}

/** Sends fuzz from one socket and waits for the answer to a good OPTIONS after each burst, so that none is lost in a buffer. */
export async function openUdpFuzzer(port: number, random: FuzzRandom, seeds: FuzzSeeds): Promise<UdpFuzzer> {
  const socket = createSocket('udp4');
  const heard: string[] = [];
  let answers = 0;
  let probe = '';
  let probed = 0;
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  socket.on('message', (bytes) => {
    answers += 1;
    const text = bytes.toString('latin1');
    if (text.includes(probe)) probed += 1;
    else if (heard.push(text) > MOST_HEARD) heard.shift();
  });
  return {
    async send(datagrams) {
      for (let sent = 0; sent < datagrams; sent += 1) {
        const { text } = makeMessage(random, seeds, heard);
        const tamed =
          text.startsWith('INVITE') && !random.chance(INVITES) ? text.replaceAll('INVITE', 'OPTIONS') : text;
        socket.send(Buffer.from(answerable(tamed, random), 'latin1'), port, '127.0.0.1');
        if (sent % BURST !== BURST - 1 && sent !== datagrams - 1) continue;
        probe = `probe-${random.hex(8)}`;
        probed = 0;
        await answerTo(socket, port, probe, () => probed > 0);
      }
    },
    get heard() {
      return answers;
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** So that most answers come back here and can be followed up. */
const answerable = (text: string, random: FuzzRandom): string =>
  random.chance(80) && !text.includes(';rport') ? text.replace(';branch=', ';rport;branch=') : text;

/** Sent again as long as there is no answer (RFC 3261 §17.1.2.1): a server with much to do drops OPTIONS. */
async function answerTo(socket: Socket, port: number, id: string, answered: () => boolean): Promise<void> {
  let timer: Timer | undefined;
  const send = (): void => {
    socket.send(optionsProbe(id, 'UDP'), port, '127.0.0.1');
    timer = systemClock.after(AGAIN_MS, send);
  };
  send();
  try {
    await waitUntil(answered, { what: 'the server to answer OPTIONS', deadline_ms: 60_000 });
  } finally {
    timer?.cancel();
  }
}

export const optionsProbe = (id: string, transport: string): Buffer =>
  Buffer.from(
    [
      'OPTIONS sip:probe@127.0.0.1 SIP/2.0',
      `Via: SIP/2.0/${transport} 127.0.0.1;rport;branch=z9hG4bK${id}`,
      'Max-Forwards: 70',
      'From: <sip:probe@127.0.0.1>;tag=1',
      'To: <sip:probe@127.0.0.1>',
      `Call-ID: ${id}`,
      'CSeq: 1 OPTIONS',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  );
