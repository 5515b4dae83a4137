import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatHostPort, type HostPort } from '@trunkline/runtime/env-fields';
import type { Layout } from './layout.ts';
import { answersOk } from './probe.ts';
import type { ProcessSpec } from './process.ts';
import { toolPath } from './tool-path.ts';

export interface RtpengineParts {
  readonly control: HostPort;
  readonly cli: HostPort;
  readonly http: HostPort;
  /** Places of RTP towards carriers, and towards agents: a list of `<address>[!<told address>]`. */
  readonly outside: string;
  readonly inside: string;
  readonly rtp_ports: { readonly first: number; readonly last: number };
}

/** Arguments of infra/rtpengine/arguments.txt: one a line, `#` begins a remark. */
export function argumentsOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** rtpengine in user space with the interfaces `outside` and `inside`. */
export function rtpengine({ root, dir, log }: Layout, parts: RtpengineParts): ProcessSpec {
  const { control, cli, http, outside, inside, rtp_ports } = parts;
  const recordings = join(dir, 'recordings');
  mkdirSync(recordings, { recursive: true, mode: 0o700 });
  return {
    name: 'rtpengine',
    command: toolPath('rtpengine'),
    args: [
      ...argumentsOf(readFileSync(join(root, 'infra/rtpengine/arguments.txt'), 'utf8')),
      ...outside.split(',').map((place) => `--interface=outside/${place}`),
      ...inside.split(',').map((place) => `--interface=inside/${place}`),
      // Nothing is written there but the calls of trunks that ask for it.
      `--recording-dir=${recordings}`,
      '--recording-method=pcap',
      '--recording-format=eth',
      `--listen-ng=${formatHostPort(control)}`,
      `--listen-tcp-ng=${formatHostPort(control)}`,
      `--listen-cli=${formatHostPort(cli)}`,
      `--listen-http=${formatHostPort(http)}`,
      `--port-min=${rtp_ports.first}`,
      `--port-max=${rtp_ports.last}`,
    ],
    env: {},
    folder: dir,
    log: log('rtpengine'),
    stop_signal: 'SIGTERM',
    stop_deadline_ms: 10_000,
    ready: () => answersOk(`http://${formatHostPort(http)}/ping`),
    ready_deadline_ms: 20_000,
  };
}
