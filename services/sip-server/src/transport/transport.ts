import type { Endpoint, TransportName } from './endpoint.ts';

/** The way a message came, and by which others go back: a socket and the far end. */
export interface Flow {
  readonly transport: TransportName;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** False once a connection is closed; a datagram socket's flow is open as long as the server is. */
  readonly open: boolean;
  /** Sends whole messages. `failed` is called later, at most once, when the system says that they cannot be delivered. */
  send(bytes: Buffer, failed: (error: Error) => void): void;
}

/** What a transport tells; all calls are synchronous and must not throw. */
export interface TransportListener {
  /** One whole message: a datagram, or what the framer cut out of a stream. */
  received(bytes: Buffer, flow: Flow): void;
  closed(flow: Flow): void;
}

/** One listening address of one protocol. UDP, TCP and TLS are this to the rest of the server. */
export interface Transport {
  readonly name: TransportName;
  /** The bound address; before `start`, the one asked for. */
  readonly local: Endpoint;
  /** What we write into Via and Contact. */
  readonly advertised: Endpoint;
  /** Connections that are open; 0 for UDP. */
  readonly connections: number;
  start(listener: TransportListener): Promise<void>;
  stop(): Promise<void>;
  /** An open connection to the far end, or a new one; `undefined` when there may be no more. */
  flowTo(remote: Endpoint): Flow | undefined;
}
