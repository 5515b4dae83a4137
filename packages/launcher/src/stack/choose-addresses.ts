import { type EnvSource, faultText } from '@trunkline/runtime/env';
import { formatHostPort, type HostPort, parseHostPort } from '@trunkline/runtime/env-fields';
import { Fault } from '../fault.ts';
import { bindError } from './can-bind.ts';
import { type Addresses, type Endpoint, type EndpointName, endpointNames, endpoints } from './endpoints.ts';
import { portHolder } from './port-holder.ts';

/** Below the range from which Linux takes the ports of outgoing connections. */
const freePorts = { first: 20_000, count: 9_000 } as const;

/** `usual`: the documented ports, moved by the environment. `free`: every port is one that nobody uses now. */
export type PortChoice = 'usual' | 'free';

export interface Choice {
  readonly addresses: Addresses;
  /** Sentences about ports that are not the usual ones. */
  readonly notes: readonly string[];
}

interface Taken {
  readonly kind: 'udp' | 'tcp';
  readonly code: string;
}

/** Addresses as the environment has them. Throws a {@link Fault} that lists everything that is wrong. */
export function wantedAddresses(env: EnvSource): Addresses {
  const faults: string[] = [];
  const entries = endpointNames.map((name): [EndpointName, HostPort] => {
    const { variable, usual, prefix }: Endpoint = endpoints[name];
    const text = env[variable] || undefined;
    const address = text === undefined ? usual : parseHostPort(prefix ? text.replace(prefix, '') : text);
    if (address !== undefined && address.port !== 0) return [name, address];
    faults.push(faultText({ variable, problem: 'is not host:port', remedy: `set it like ${formatHostPort(usual)}` }));
    return [name, usual];
  });
  if (faults.length > 0) throw new Fault('The environment is not right.', faults);
  return Object.fromEntries(entries) as Addresses;
}

async function takenBy(endpoint: Endpoint, address: HostPort): Promise<Taken | undefined> {
  for (const kind of endpoint.sockets) {
    const code = await bindError(kind, address);
    if (code !== undefined) return { kind, code };
  }
  return undefined;
}

/** One sentence: which address, for what, who has it, and the variable that moves it. */
export function takenSentence(endpoint: Endpoint, address: HostPort, taken: Taken, holder: string | undefined): string {
  const where = `${taken.kind.toUpperCase()} ${formatHostPort(address)} for ${endpoint.what}`;
  const remedy = `set ${endpoint.variable} to another address`;
  if (taken.code === 'EADDRINUSE') return `${where} is in use by ${holder ?? 'another process'}; ${remedy}.`;
  if (taken.code === 'EADDRNOTAVAIL') return `${where} is not an address of this machine; ${remedy}.`;
  if (taken.code === 'EACCES') return `${where} needs rights that this user does not have; ${remedy}.`;
  return `${where} cannot be used (${taken.code}); ${remedy}.`;
}

/** Walks the range from a place of its own, so that stacks started side by side seldom meet. */
async function freeAddress(endpoint: Endpoint, host: string, used: Set<number>, start: number): Promise<HostPort> {
  for (let step = 0; step < freePorts.count; step++) {
    const port = freePorts.first + ((start + step) % freePorts.count);
    if (used.has(port)) continue;
    used.add(port);
    if ((await takenBy(endpoint, { host, port })) === undefined) return { host, port };
  }
  throw new Fault(`No port between ${freePorts.first} and ${freePorts.first + freePorts.count} is free on ${host}.`);
}

/**
 * Decides where everything listens. A taken internal port is replaced, with a note; any other, and one that the environment
 * asks for, is a {@link Fault}. `start` spreads stacks that choose at the same time.
 */
export async function chooseAddresses(ports: PortChoice, env: EnvSource, start: number): Promise<Choice> {
  const wanted = wantedAddresses(ports === 'free' ? {} : env);
  const used = new Set<number>();
  const notes: string[] = [];
  const chosen: [EndpointName, HostPort][] = [];
  for (const name of endpointNames) {
    const endpoint: Endpoint = endpoints[name];
    const address = wanted[name];
    const taken = ports === 'free' ? undefined : await takenBy(endpoint, address);
    if (ports === 'usual' && taken === undefined) {
      chosen.push([name, address]);
      continue;
    }
    if (taken !== undefined) {
      const sentence = takenSentence(endpoint, address, taken, portHolder(taken.kind, address.port));
      if (!endpoint.internal || env[endpoint.variable]) throw new Fault(sentence);
      const free = await freeAddress(endpoint, address.host, used, start);
      notes.push(`${sentence.replace(/;.*$/, '')}; using ${formatHostPort(free)}.`);
      chosen.push([name, free]);
      continue;
    }
    chosen.push([name, await freeAddress(endpoint, address.host, used, start)]);
  }
  return { addresses: Object.fromEntries(chosen) as Addresses, notes };
}
