import type { HostPort } from '@trunkline/runtime/env-fields';

/** A place where one of the processes listens. */
export interface Endpoint {
  /** What a person calls it. */
  readonly what: string;
  /** Environment variable that moves it. */
  readonly variable: string;
  readonly usual: HostPort;
  readonly sockets: readonly ('udp' | 'tcp')[];
  /** Nobody but our own processes speaks to it: when the usual port is taken, another one will do. */
  readonly internal: boolean;
  /** What stands before `host:port` in the variable. */
  readonly prefix?: RegExp;
}

const at = (port: number): HostPort => ({ host: '127.0.0.1', port });

export const endpoints = {
  // A list: the first address is the one that is told to people.
  sip: {
    what: 'SIP',
    variable: 'TRUNKLINE_SIP_LISTEN',
    usual: at(5060),
    sockets: ['udp', 'tcp'],
    internal: false,
    prefix: /^(udp|tcp|tls)\/|[,;].*$/g,
  },
  // Not used where TRUNKLINE_SIP_LISTEN says everything; a stack of one machine must not fail for want of this port.
  sipTls: {
    what: 'SIP over TLS',
    variable: 'TRUNKLINE_SIP_TLS_LISTEN',
    usual: at(5061),
    sockets: ['tcp'],
    internal: true,
  },
  config: {
    what: 'the config API',
    variable: 'TRUNKLINE_CONFIG_LISTEN',
    usual: at(8080),
    sockets: ['tcp'],
    internal: false,
  },
  status: {
    what: 'the status page',
    variable: 'TRUNKLINE_STATUS_LISTEN',
    usual: at(8081),
    sockets: ['tcp'],
    internal: false,
  },
  nats: {
    what: 'NATS',
    variable: 'TRUNKLINE_NATS_URL',
    usual: at(4222),
    sockets: ['tcp'],
    internal: true,
    prefix: /^nats:\/\//g,
  },
  // Not 5432: the instance that Debian's package makes lives there.
  postgres: { what: 'PostgreSQL', variable: 'TRUNKLINE_POSTGRES', usual: at(5433), sockets: ['tcp'], internal: true },
  rtpengine: {
    what: "rtpengine's control",
    variable: 'TRUNKLINE_RTPENGINE',
    usual: at(2223),
    sockets: ['udp', 'tcp'],
    internal: true,
  },
  rtpengineCli: {
    what: "rtpengine's console",
    variable: 'TRUNKLINE_RTPENGINE_CLI',
    usual: at(2224),
    sockets: ['tcp'],
    internal: true,
  },
  rtpengineHttp: {
    what: "rtpengine's metrics",
    variable: 'TRUNKLINE_RTPENGINE_HTTP',
    usual: at(2225),
    sockets: ['tcp'],
    internal: true,
  },
  sipControl: {
    what: "the SIP server's control",
    variable: 'TRUNKLINE_SIP_CONTROL',
    usual: at(9022),
    sockets: ['tcp'],
    internal: true,
  },
  sipServerHealth: {
    what: "the SIP server's health",
    variable: 'TRUNKLINE_SIP_SERVER_HEALTH',
    usual: at(9122),
    sockets: ['tcp'],
    internal: true,
  },
  edgeHealth: {
    what: "the edge's health",
    variable: 'TRUNKLINE_EDGE_HEALTH',
    usual: at(9123),
    sockets: ['tcp'],
    internal: true,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;

export type EndpointName = keyof typeof endpoints;
export type Addresses = Readonly<Record<EndpointName, HostPort>>;

export const endpointNames = Object.keys(endpoints) as EndpointName[];
