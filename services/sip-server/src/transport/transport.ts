import type { Endpoint, TransportName } from './endpoint.ts';
import type { TlsWish } from './tls-wish.ts';
import type { TransportFailure } from './transport-failure.ts';

/** The way a message came, and by which others go back: a socket and the far end. */
export interface Flow {
  readonly transport: TransportName;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** False once a connection is closed; a datagram socket's flow is open as long as the server is. */
  readonly open: boolean;
  /** Host of the URI that the connection was opened for, where it is a name: in TLS the far end was judged by it. */
  readonly name?: string | undefined;
  /** As the application wanted that to be done. */
  readonly tls?: TlsWish | undefined;
  /** Of a connection that could not be had or was lost, why, as far as it is known. */
  readonly failure?: TransportFailure | undefined;
  /** Sends whole messages. `failed` is called later, at most once, when the system says that they cannot be delivered. */
  send(bytes: Buffer, failed: (error: Error) => void): void;
}

/** What a transport tells; all calls are synchronous and must not throw. */
export interface TransportListener {
  /** One whole message: a datagram, or what the framer cut out of a stream. */
  received(bytes: Buffer, flow: Flow): void;
  closed(flow: Flow): void;
  /** One whole message that is on its way out, for those who watch. */
  sent?(bytes: Buffer, flow: Flow): void;
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
  /** Of TLS: connections that are not agreed on yet. */
  readonly half_open?: number;
  /** Of datagrams, milliseconds that they wait in the kernel until they are read; measured when it is asked for. */
  queueDelay?(): number;
  start(listener: TransportListener): Promise<void>;
  stop(): Promise<void>;
  /** An open connection to the far end, or a new one; `undefined` when there may be no more. `name`, `tls`: see {@link Flow}. */
  flowTo(remote: Endpoint, name?: string, tls?: TlsWish): Flow | undefined;
  /** A connection that stands, if the far end takes one in short time: for requests that could also go another way. */
  tryFlowTo?(remote: Endpoint): Promise<Flow | undefined>;
  /** RFC 5923 §5: the far end of this connection takes requests for this port of its address on it. */
  alias?(flow: Flow, port: number): void;
}
