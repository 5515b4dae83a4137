import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Ids } from '@trunkline/runtime/ids';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { waitUntil } from '@trunkline/testkit/wait-until';

/** An rtpengine of ours that no edge knows unless it is told: for comparison, and to have a second one. */
export interface PlainRtpengine {
  readonly program: Program;
  readonly control: number;
  /** Takes an offer or an answer; the description for the other side. */
  ask(command: 'offer' | 'answer' | 'delete', call: string, sdp: string): Promise<string>;
  close(): Promise<void>;
}

const host = '127.0.0.1';

export async function startPlainRtpengine(
  root: string,
  ids: Ids,
  ports: { readonly first: number; readonly last: number },
): Promise<PlainRtpengine> {
  const control = await freePort(host);
  const text = readFileSync(`${root}/infra/rtpengine/arguments.txt`, 'utf8');
  const program = await startProgram({
    name: 'rtpengine',
    command: 'rtpengine',
    args: [
      ...text.split('\n').filter((line) => line.startsWith('--')),
      ...[`--interface=outside/${host}`, '--interface=inside/127.0.0.2', `--listen-ng=${host}:${control}`],
      ...[`--port-min=${ports.first}`, `--port-max=${ports.last}`],
    ],
  });
  const socket = createSocket('udp4');
  socket.bind(0, host);
  await once(socket, 'listening');
  const answers = new Map<string, string>();
  socket.on('message', (octets) => {
    const [cookie = '', ...rest] = octets.toString('latin1').split(' ');
    answers.set(cookie, rest.join(' '));
  });
  const request = async (fields: Readonly<Record<string, Bencoded>>): Promise<string> => {
    const cookie = ids.hex(8);
    socket.send(`${cookie} ${bencode(fields)}`, control, host);
    const answer = await waitUntil(() => answers.get(cookie), { what: 'an answer of rtpengine', deadline_ms: 1_000 });
    answers.delete(cookie);
    return answer;
  };
  await waitUntil(() => request({ command: 'ping' }), { what: 'rtpengine', deadline_ms: 10_000 });
  return {
    program,
    control,
    async ask(command, call, sdp) {
      const sides = command === 'answer' ? { 'from-tag': 'a', 'to-tag': 'b' } : { 'from-tag': 'a' };
      const media = { sdp, ICE: 'remove', flags: ['strict-source', 'port-latching'], direction: ['outside', 'inside'] };
      const answer = await request({ command, 'call-id': call, ...sides, ...(command === 'delete' ? {} : media) });
      const [, length, start] = /3:sdp(\d+):()/d.exec(answer) ?? [];
      if (length === undefined || start === undefined) return '';
      const from = answer.indexOf(`3:sdp${length}:`) + `3:sdp${length}:`.length;
      return answer.slice(from, from + Number(length));
    },
    async close() {
      socket.close();
      await program.stop();
    },
  };
}

type Bencoded = string | readonly string[];

function bencode(value: Bencoded | Readonly<Record<string, Bencoded>>): string {
  if (typeof value === 'string') return `${Buffer.byteLength(value)}:${value}`;
  if (Array.isArray(value)) return `l${value.map((one: string) => bencode(one)).join('')}e`;
  return `d${Object.entries(value)
    .map(([key, field]: [string, Bencoded]) => bencode(key) + bencode(field))
    .join('')}e`;
}
