import { userInfo } from 'node:os';
import { startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';

export interface SrvLine {
  /** `_sip._udp.carrier.test` */
  readonly service: string;
  readonly priority: number;
  readonly host: string;
  readonly port: number;
}

/** Debian's dnsmasq as the only DNS server, on loopback: it knows these records and asks nobody. */
export async function startDnsmasq(zone: {
  readonly hosts: Readonly<Record<string, string>>;
  readonly srv: readonly SrvLine[];
}): Promise<{ readonly address: string; stop(): Promise<unknown> }> {
  const host = '127.0.0.1';
  const port = await freePort(host);
  const hosts = Object.entries(zone.hosts).map(([name, address]) => `--host-record=${name},${address}`);
  const srv = zone.srv.map(({ service, host: target, port: at, priority }) => {
    return `--srv-host=${service},${target},${at},${priority},0`;
  });
  const program = await startProgram({
    name: 'dnsmasq',
    command: 'dnsmasq',
    args: [
      ...[
        '--keep-in-foreground',
        '--log-facility=-',
        '--conf-file=/dev/null',
        '--pid-file=',
        '--no-resolv',
        '--no-hosts',
      ],
      ...['--local=/test/', `--user=${userInfo().username}`, `--listen-address=${host}`, '--bind-interfaces'],
      `--port=${port}`,
      ...hosts,
      ...srv,
    ],
  });
  await program.waitForLog(/started, version/);
  return { address: `${host}:${port}`, stop: () => program.stop() };
}
