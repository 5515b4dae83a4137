import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { waitUntil } from '@trunkline/testkit/wait-until';
import Srf from 'drachtio-srf';
import { it } from 'vitest';
import type { Place } from './sip-server-peer.ts';

const MAIN = fileURLToPath(new URL('../../services/sip-server/dist/main.js', import.meta.url));

/** T1 of the server that the tests start, milliseconds: 64*T1 is waited for in some of them. */
export const T1_MS = 40;

/** The server under test: ours, or another that speaks the protocol, by TRUNKLINE_SIP_SERVER and TRUNKLINE_SIP_SECRET. */
export interface Target {
  readonly control: Place;
  readonly secret: string;
  /** False: only what drachtio-server does too can be asked for. */
  readonly ours: boolean;
  sip(transport: 'udp' | 'tcp'): Promise<Place>;
  /** A new application, connected, with the tags of its kind. */
  application(tags?: readonly string[], prepare?: (srf: Srf) => void): Promise<Application>;
  /** Gauges of what is alive, by name and label; only of our server. */
  alive(): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
  readonly pid: number;
  /** Where our server's pages are. */
  readonly pages: string;
}

export interface Application {
  readonly srf: Srf;
  readonly sip: Readonly<Record<string, Place>>;
  close(): void;
}

export const external = process.env['TRUNKLINE_SIP_SERVER'];

/** A test of what our server does and drachtio-server does not, and why the two differ on purpose. */
export const onOurs = (_why: string): typeof it => (external === undefined ? it : (it.skip as typeof it));

/** `settings`: further environment of our server. */
export async function startTarget(t1_ms = T1_MS, settings: Readonly<Record<string, string>> = {}): Promise<Target> {
  return external === undefined ? startOurs(t1_ms, settings) : useExternal(external);
}

async function startOurs(t1_ms: number, settings: Readonly<Record<string, string>>): Promise<Target> {
  if (!existsSync(MAIN)) throw new Error('services/sip-server is not built: run tsc -b first');
  const [sip, control, health] = [await freePort(), await freePort(), await freePort()];
  const secret = 'a-secret-of-this-test';
  const program = await startProgram({
    name: 'sip-server',
    command: process.execPath,
    args: [MAIN],
    env: {
      TRUNKLINE_SIP_LISTEN: `udp/127.0.0.1:${sip},tcp/127.0.0.1:${sip}`,
      TRUNKLINE_SIP_CONTROL: `127.0.0.1:${control}`,
      TRUNKLINE_SIP_SECRET: secret,
      TRUNKLINE_SIP_SERVER_HEALTH: `127.0.0.1:${health}`,
      TRUNKLINE_SIP_T1_MS: String(t1_ms),
      TRUNKLINE_SIP_T2_MS: String(8 * t1_ms),
      TRUNKLINE_SIP_T4_MS: String(10 * t1_ms),
      ...settings,
    },
  });
  await program.waitFor('readiness', async () => (await fetch(`http://127.0.0.1:${health}/ready`)).status === 200);
  return {
    control: { host: '127.0.0.1', port: control },
    secret,
    ours: true,
    pid: program.pid,
    pages: `http://127.0.0.1:${health}`,
    sip: async () => ({ host: '127.0.0.1', port: sip }),
    application: (tags, prepare) => connectApplication({ host: '127.0.0.1', port: control }, secret, tags, prepare),
    alive: async () => readGauges(await (await fetch(`http://127.0.0.1:${health}/metrics`)).text()),
    stop: async () => void (await program.stop()),
  };
}

function useExternal(address: string): Target {
  const [host = '127.0.0.1', port = '9022'] = address.split(':');
  const control = { host, port: Number(port) };
  const secret = process.env['TRUNKLINE_SIP_SECRET'] ?? 'cymru';
  return {
    control,
    secret,
    ours: false,
    pid: 0,
    pages: '',
    sip: async (transport) => {
      const application = await connectApplication(control, secret);
      application.close();
      const place = application.sip[transport];
      if (place === undefined) throw new Error(`the server has no ${transport} address`);
      return place;
    },
    application: (tags, prepare) => connectApplication(control, secret, tags, prepare),
    alive: async () => ({}),
    stop: async () => {},
  };
}

async function connectApplication(
  control: Place,
  secret: string,
  tags: readonly string[] = [],
  prepare: (srf: Srf) => void = () => {},
): Promise<Application> {
  const srf = tags.length === 0 ? new Srf() : new Srf([...tags] as never);
  let hosts: string | undefined;
  srf.on('connect', (_error: unknown, hostports: string) => {
    hosts = hostports;
  });
  srf.on('error', () => {});
  prepare(srf);
  void srf.connect({ ...control, secret });
  const list = await waitUntil(() => hosts, { what: 'the application to be connected' });
  const sip: Record<string, Place> = {};
  for (const entry of list.split(',')) {
    const match = /^(udp|tcp)\/(.+):(\d+)$/.exec(entry);
    if (match !== null) sip[match[1] ?? ''] = { host: match[2] ?? '', port: Number(match[3]) };
  }
  let connected = true;
  const close = (): void => {
    if (connected) srf.disconnect();
    connected = false;
  };
  return { srf, sip, close };
}

const GAUGES = [
  'trunkline_sip_control_clients',
  'trunkline_sip_timers',
  'trunkline_sip_transactions',
  'trunkline_sip_dialogs',
  'trunkline_sip_pending_requests',
  'trunkline_sip_impossible_events',
];

function readGauges(text: string): Record<string, number> {
  const gauges: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const match = /^(\w+)\{(?:(?:kind|phase|direction)="(\w+)",)?service="[^"]*"\} (\S+)$/.exec(line);
    if (match === null || !GAUGES.includes(match[1] ?? '')) continue;
    gauges[[match[1], match[2]].filter(Boolean).join(' ')] = Number(match[3]);
  }
  return gauges;
}

/** No dialog and no request without an answer is left; transactions may linger for retransmissions. */
export async function assertNoCalls(target: Target): Promise<void> {
  await waitForGauges(target, 'no call to be left', (name) => !/transactions|timers/.test(name), 10_000);
}

/** Every transaction, dialog and pending request is gone too, and no application connected, once the timers of the last ones have run out. */
export async function assertNothingLeft(target: Target, deadline_ms = 90 * T1_MS): Promise<void> {
  await waitForGauges(target, 'nothing to be left in the server', () => true, deadline_ms);
}

async function waitForGauges(
  target: Target,
  what: string,
  matters: (name: string) => boolean,
  deadline_ms: number,
): Promise<void> {
  if (!target.ours) return;
  let last = '';
  await waitUntil(
    async () => {
      const alive = Object.entries(await target.alive()).filter(([name]) => matters(name));
      last = JSON.stringify(alive);
      return alive.length >= 6 && alive.every(([, value]) => value === 0);
    },
    { what, deadline_ms, found: () => last },
  );
}
